import type { Locale } from '@sahary/contracts/fields'
import type { MemberRole } from '@sahary/contracts/roles'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../app.ts'
import type { Reference } from '../held/need.ts'

/** Whoever gets a notice, and the language they read. */
export type Reader = { userId: number; locale: Locale }
export type NewPerson = { userId: number; name: string; locale: Locale; roles: string[]; sequence: number }

/** True when the person or account has been heard of. */
export async function isKnown(db: Kysely<Database>, reference: Reference): Promise<boolean> {
  const [kind, id = '0'] = reference.split(':')
  const query =
    kind === 'user'
      ? db.selectFrom('person').select('user_id as id').where('user_id', '=', BigInt(id))
      : db.selectFrom('account').select('account_id as id').where('account_id', '=', BigInt(id))
  return (await query.executeTakeFirst()) !== undefined
}

export async function insertPerson(db: Kysely<Database>, person: NewPerson): Promise<void> {
  const { userId, name, locale, roles, sequence } = person
  await db
    .insertInto('person')
    .values({ user_id: userId, name, locale, roles, roles_sequence: sequence, active_sequence: sequence })
    .onConflict(conflict => conflict.column('user_id').doNothing())
    .execute()
}

export async function setRoles(db: Kysely<Database>, userId: number, roles: string[], sequence: number): Promise<void> {
  await db
    .updateTable('person')
    .set({ roles, roles_sequence: sequence })
    .where('user_id', '=', BigInt(userId))
    .where('roles_sequence', '<', BigInt(sequence))
    .execute()
}

export async function setActive(
  db: Kysely<Database>,
  userId: number,
  active: boolean,
  sequence: number,
): Promise<void> {
  await db
    .updateTable('person')
    .set({ active, active_sequence: sequence })
    .where('user_id', '=', BigInt(userId))
    .where('active_sequence', '<', BigInt(sequence))
    .execute()
}

export async function insertAccount(db: Kysely<Database>, accountId: number): Promise<void> {
  await db
    .insertInto('account')
    .values({ account_id: accountId })
    .onConflict(conflict => conflict.column('account_id').doNothing())
    .execute()
}

export type Member = { accountId: number; userId: number; role: MemberRole | null; sequence: number }

/** Somebody's part in an account, unless something newer was heard before. */
export async function setMember(db: Kysely<Database>, { accountId, userId, role, sequence }: Member): Promise<void> {
  await db
    .insertInto('account_member')
    .values({ account_id: accountId, user_id: userId, role, sequence })
    .onConflict(conflict =>
      conflict
        .columns(['account_id', 'user_id'])
        .doUpdateSet({ role, sequence })
        .where('account_member.sequence', '<', BigInt(sequence)),
    )
    .execute()
}

/** The active members of an account in these roles. */
export async function membersOf(
  db: Kysely<Database>,
  accountId: number,
  roles: readonly MemberRole[],
): Promise<Reader[]> {
  const rows = await db
    .selectFrom('account_member as member')
    .innerJoin('person', 'person.user_id', 'member.user_id')
    .select(['person.user_id', 'person.locale'])
    .where('member.account_id', '=', BigInt(accountId))
    .where('member.role', 'in', roles)
    .where('person.active', '=', true)
    .orderBy('person.user_id')
    .execute()
  return rows.map(readerOf)
}

/** The active staff in these roles. */
export async function staffIn(db: Kysely<Database>, roles: readonly string[]): Promise<Reader[]> {
  const rows = await db
    .selectFrom('person')
    .select(['user_id', 'locale'])
    .where(sql<boolean>`roles && ${[...roles]}::text[]`)
    .where('active', '=', true)
    .orderBy('user_id')
    .execute()
  return rows.map(readerOf)
}

/** One person, when active. */
export async function readerBy(db: Kysely<Database>, userId: number): Promise<Reader[]> {
  const rows = await db
    .selectFrom('person')
    .select(['user_id', 'locale'])
    .where('user_id', '=', BigInt(userId))
    .where('active', '=', true)
    .execute()
  return rows.map(readerOf)
}

const readerOf = (row: { user_id: bigint; locale: string }): Reader => ({
  userId: Number(row.user_id),
  locale: row.locale as Locale,
})
