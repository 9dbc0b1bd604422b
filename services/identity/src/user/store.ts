import type { Locale } from '@sahary/contracts/fields'
import type { MemberRole } from '@sahary/contracts/roles'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Database } from '../app.ts'
import type { Person } from '../tables.ts'
import type { Identifier } from './identifier.ts'
import type { Membership, User } from './user.ts'

export type NewPerson = {
  identifier: Identifier
  name: string
  passwordHash: string
  locale: Locale
  roles: string[]
  at: Date
}

/** Adds a person; a taken identifier violates `person_email_unique` or `person_mobile_unique`. */
export async function insertPerson(db: Kysely<Database>, person: NewPerson): Promise<User> {
  const { identifier } = person
  const row = await db
    .insertInto('person')
    .values({
      name: person.name,
      email: identifier.kind === 'email' ? identifier.value : null,
      mobile: identifier.kind === 'mobile' ? identifier.value : null,
      password_hash: person.passwordHash,
      locale: person.locale,
      roles: person.roles,
      created_at: person.at,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return fromRow(row)
}

/** The person of an identifier, with the hash their password must match. */
export async function personBy(
  db: Kysely<Database>,
  { kind, value }: Identifier,
): Promise<{ user: User; passwordHash: string } | null> {
  const row = await db.selectFrom('person').selectAll().where(kind, '=', value).executeTakeFirst()
  return row ? { user: fromRow(row), passwordHash: row.password_hash } : null
}

/** A person by id, or null. */
export async function personById(db: Kysely<Database>, id: number): Promise<User | null> {
  const row = await db.selectFrom('person').selectAll().where('id', '=', BigInt(id)).executeTakeFirst()
  return row ? fromRow(row) : null
}

/** People, newest first, before `beforeId`. */
export async function people(db: Kysely<Database>, most: number, beforeId: number | undefined): Promise<User[]> {
  const rows = await db
    .selectFrom('person')
    .selectAll()
    .$if(beforeId !== undefined, query => query.where('id', '<', BigInt(beforeId ?? 0)))
    .orderBy('id', 'desc')
    .limit(most)
    .execute()
  return rows.map(fromRow)
}

/** A new account with its owner; gives its id. */
export async function insertAccount(db: Kysely<Database>, ownerId: number, name: string, at: Date): Promise<number> {
  const { id } = await db
    .insertInto('account')
    .values({ name, created_at: at })
    .returning('id')
    .executeTakeFirstOrThrow()
  await db.insertInto('account_member').values({ account_id: id, user_id: ownerId, role: 'owner' }).execute()
  return Number(id)
}

/** The account somebody acts for: the one they own, else the first they joined; null for staff without one. */
export async function membershipOf(db: Kysely<Database>, userId: number): Promise<Membership | null> {
  const row = await db
    .selectFrom('account_member as member')
    .innerJoin('account', 'account.id', 'member.account_id')
    .select(['account.id', 'account.name', 'account.suspended_at', 'member.role'])
    .where('member.user_id', '=', BigInt(userId))
    .orderBy(sql`member.role = 'owner'`, 'desc')
    .orderBy('account.id')
    .executeTakeFirst()
  if (!row) return null
  const suspendedAt = row.suspended_at?.toISOString() ?? null
  return { id: Number(row.id), name: row.name, role: row.role as MemberRole, suspendedAt }
}

const fromRow = (row: Selectable<Person>): User => ({
  id: Number(row.id),
  name: row.name,
  email: row.email,
  mobile: row.mobile,
  locale: row.locale as Locale,
  roles: row.roles,
  active: row.deactivated_at === null,
  createdAt: row.created_at.toISOString(),
})
