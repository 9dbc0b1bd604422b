import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'

/** Takes over a person's name, and whether they are staff unless something newer was heard of that. */
export async function setPerson(
  db: Kysely<Database>,
  { userId, name, staff, sequence }: { userId: number; name: string; staff: boolean; sequence: number },
): Promise<void> {
  await db
    .insertInto('person')
    .values({ user_id: userId, name, staff, sequence })
    .onConflict(conflict => conflict.column('user_id').doUpdateSet({ name }))
    .execute()
}

/** Takes over whether a person is staff; their name may come later. */
export async function setStaff(
  db: Kysely<Database>,
  { userId, staff, sequence }: { userId: number; staff: boolean; sequence: number },
): Promise<void> {
  await db
    .insertInto('person')
    .values({ user_id: userId, name: '', staff, sequence })
    .onConflict(conflict =>
      conflict.column('user_id').doUpdateSet({ staff, sequence }).where('person.sequence', '<', BigInt(sequence)),
    )
    .execute()
}

export async function isStaff(db: Kysely<Database>, userId: number): Promise<boolean> {
  const row = await db.selectFrom('person').select('staff').where('user_id', '=', BigInt(userId)).executeTakeFirst()
  return row?.staff ?? false
}

/** A person's name, or null while it has not been heard. */
export async function nameOf(db: Kysely<Database>, userId: number): Promise<string | null> {
  const row = await db.selectFrom('person').select('name').where('user_id', '=', BigInt(userId)).executeTakeFirst()
  return row?.name || null
}
