import type { RepairState } from '@sahary/contracts/repair'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Database } from '../app.ts'
import type { Repair as RepairTable } from '../tables.ts'
import type { Warranty } from './repair.ts'
import type { Category, Entry, Repair } from './view.ts'

/** Takes the next number of a year's repairs; whoever else wants one waits until this transaction ends. */
export async function nextCount(db: Kysely<Database>, year: number): Promise<number> {
  const { last } = await db
    .insertInto('repair_counter')
    .values({ year, last: 1 })
    .onConflict(conflict => conflict.column('year').doUpdateSet({ last: sql`repair_counter.last + 1` }))
    .returning('last')
    .executeTakeFirstOrThrow()
  return last
}

export type Opening = {
  number: string
  accountId: number
  deviceId: number | null
  category: Category
  description: string
  by: number
  at: Date
}

/** A new draft. */
export async function insertRepair(db: Kysely<Database>, opening: Opening): Promise<Repair> {
  const row = await db
    .insertInto('repair')
    .values({
      number: opening.number,
      account_id: opening.accountId,
      device_id: opening.deviceId,
      category: opening.category,
      description: opening.description,
      state: 'draft',
      opened_by: opening.by,
      opened_at: opening.at,
      state_since: opening.at,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return fromRow(row)
}

/** Whose repairs are meant: an account's own, or, for staff, all that have been submitted. */
export type Scope = { accountId: number } | 'staff'

const scoped = (db: Kysely<Database>, scope: Scope) =>
  scope === 'staff'
    ? db.selectFrom('repair').selectAll().where('state', '!=', 'draft')
    : db.selectFrom('repair').selectAll().where('account_id', '=', BigInt(scope.accountId))

export async function repairBy(db: Kysely<Database>, scope: Scope, id: number): Promise<Repair | null> {
  const row = await scoped(db, scope).where('id', '=', BigInt(id)).executeTakeFirst()
  return row ? fromRow(row) : null
}

/** The same, locked until the transaction ends. */
export async function lockRepair(db: Kysely<Database>, scope: Scope, id: number): Promise<Repair | null> {
  const row = await scoped(db, scope).where('id', '=', BigInt(id)).forUpdate().executeTakeFirst()
  return row ? fromRow(row) : null
}

export type RepairPage = { scope: Scope; state: RepairState | undefined; most: number; beforeId: number | undefined }

/** Repairs, newest first. */
export async function repairsIn(db: Kysely<Database>, page: RepairPage): Promise<Repair[]> {
  const { state, beforeId } = page
  const rows = await scoped(db, page.scope)
    .$if(state !== undefined, query => query.where('state', '=', state ?? ''))
    .$if(beforeId !== undefined, query => query.where('id', '<', BigInt(beforeId ?? 0)))
    .orderBy('id', 'desc')
    .limit(page.most)
    .execute()
  return rows.map(fromRow)
}

/** Writes a locked repair as it shall be; its version counts up. */
export async function saveRepair(db: Kysely<Database>, repair: Repair): Promise<Repair> {
  const row = await db
    .updateTable('repair')
    .set({
      device_id: repair.deviceId,
      category: repair.category,
      description: repair.description,
      state: repair.state,
      return_state: repair.returnState,
      warranty: repair.warranty,
      assignee_id: repair.assigneeId,
      submitted_at: repair.submittedAt,
      state_since: repair.stateSince,
      finished_at: repair.finishedAt,
      version: sql`version + 1`,
    })
    .where('id', '=', BigInt(repair.id))
    .returningAll()
    .executeTakeFirstOrThrow()
  return fromRow(row)
}

/** Ids of repairs that have been in `state` since `before` or longer; a question in the middle of the work is not one. */
export async function staleIn(db: Kysely<Database>, state: RepairState, before: Date, most: number): Promise<number[]> {
  const rows = await db
    .selectFrom('repair')
    .select('id')
    .where('state', '=', state)
    .where('state_since', '<=', before)
    .where(query => query.or([query('return_state', 'is', null), query('return_state', '!=', 'in_repair')]))
    .orderBy('state_since')
    .limit(most)
    .execute()
  return rows.map(row => Number(row.id))
}

export type NewEntry = Omit<Entry, 'id' | 'actorName'> & {
  repairId: number
  actorId: number | null
  requestId: string | null
}

/** Adds a line to a timeline; no line is ever changed. */
export async function insertEntry(db: Kysely<Database>, entry: NewEntry): Promise<number> {
  const { id } = await db
    .insertInto('repair_entry')
    .values({
      repair_id: entry.repairId,
      at: entry.at,
      kind: entry.kind,
      visibility: entry.visibility,
      actor_id: entry.actorId,
      actor_side: entry.actorSide,
      verb: entry.verb,
      from_state: entry.from,
      to_state: entry.to,
      text: entry.text,
      request_id: entry.requestId,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return Number(id)
}

/** A repair's timeline, oldest first. What is internal leaves the table for staff alone. */
export async function timelineOf(
  db: Kysely<Database>,
  repairId: number,
  reader: 'customer' | 'staff',
): Promise<Entry[]> {
  const rows = await db
    .selectFrom('repair_entry as entry')
    .leftJoin('person', 'person.user_id', 'entry.actor_id')
    .selectAll('entry')
    .select('person.name')
    .where('entry.repair_id', '=', BigInt(repairId))
    .$if(reader === 'customer', query => query.where('entry.visibility', '=', 'public'))
    .orderBy('entry.id')
    .execute()
  return rows.map(row => ({
    id: Number(row.id),
    at: row.at,
    kind: row.kind as Entry['kind'],
    visibility: row.visibility as Entry['visibility'],
    actorSide: row.actor_side as Entry['actorSide'],
    actorName: row.name || null,
    verb: row.verb,
    from: row.from_state as RepairState | null,
    to: row.to_state as RepairState | null,
    text: row.text,
  }))
}

const fromRow = (row: Selectable<RepairTable>): Repair => ({
  id: Number(row.id),
  number: row.number,
  accountId: Number(row.account_id),
  deviceId: row.device_id === null ? null : Number(row.device_id),
  category: row.category as Category,
  description: row.description,
  state: row.state as RepairState,
  returnState: row.return_state as RepairState | null,
  warranty: row.warranty as Warranty,
  assigneeId: row.assignee_id === null ? null : Number(row.assignee_id),
  version: row.version,
  openedAt: row.opened_at,
  submittedAt: row.submitted_at,
  stateSince: row.state_since,
  finishedAt: row.finished_at,
})
