import type { VmReason } from '@sahary/contracts/vm'
import type { Tx } from '@sahary/db/connect'
import { afterCommit } from '@sahary/db/transaction'
import { counter } from '@sahary/observability/metrics'
import type { Kysely, Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Database } from '../app.ts'
import type { Action as Row } from '../tables.ts'
import { type Action, deadlineS, type Ending, endings, supersedes, type Verb, verbs } from './action.ts'

export const fromRow = (row: Selectable<Row>): Action => ({
  id: Number(row.id),
  vmId: Number(row.vm_id),
  verb: row.verb as Verb,
  reason: row.reason as VmReason,
  status: row.status as Action['status'],
  progress: row.progress,
  generation: row.generation,
  errorCode: row.error_code as Ending | null,
  startedAt: row.started_at,
  finishedAt: row.finished_at,
})

export type NewAction = { accountId: number; vmId: number; verb: Verb; reason: VmReason; generation: number; at: Date }

export async function insertAction(tx: Tx<Database>, action: NewAction): Promise<Action> {
  const row = await tx
    .insertInto('action')
    .values({
      account_id: action.accountId,
      vm_id: action.vmId,
      verb: action.verb,
      reason: action.reason,
      generation: action.generation,
      started_at: action.at,
      deadline_at: sql`now() + make_interval(secs => ${deadlineS[action.verb]})`,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return fromRow(row)
}

/** Ends the running actions of a VM that `verb` takes the place of. */
export async function supersede(tx: Tx<Database>, vmId: number, verb: Verb, at: Date): Promise<void> {
  const older = verbs.filter(other => supersedes(verb, other))
  if (older.length === 0) return
  await endRunning(tx, vmId, { ending: 'superseded', at }, older)
}

const ended = () =>
  counter('compute_actions_total', 'Actions that came to an end, by verb and outcome.', ['verb', 'outcome'])

function count(tx: Tx<Database>, rows: readonly { verb: string }[], outcome: string): void {
  for (const { verb } of rows) afterCommit(tx, () => ended().inc({ verb, outcome }))
}

/** Ends running actions of a VM with an error. */
export async function endRunning(
  tx: Tx<Database>,
  vmId: number,
  { ending, at }: { ending: Ending; at: Date },
  only: readonly Verb[] = verbs,
): Promise<void> {
  const rows = await tx
    .updateTable('action')
    .set({ status: 'error', error_code: ending, error_message: endings[ending].en, finished_at: at })
    .where('vm_id', '=', BigInt(vmId))
    .where('status', '=', 'running')
    .where('verb', 'in', [...only])
    .returning('verb')
    .execute()
  count(tx, rows, ending)
}

/** Every running action of a VM has come to its end. */
export async function succeed(tx: Tx<Database>, vmId: number, at: Date): Promise<void> {
  const rows = await tx
    .updateTable('action')
    .set({ status: 'success', progress: 100, finished_at: at })
    .where('vm_id', '=', BigInt(vmId))
    .where('status', '=', 'running')
    .returning('verb')
    .execute()
  count(tx, rows, 'success')
}

/** Moves the running actions of a VM forward, never back. */
export async function advance(tx: Tx<Database>, vmId: number, progress: number): Promise<void> {
  await tx
    .updateTable('action')
    .set({ progress })
    .where('vm_id', '=', BigInt(vmId))
    .where('status', '=', 'running')
    .where('progress', '<', progress)
    .execute()
}

/** VMs with a running action whose time is over. */
export async function overdue(
  db: Kysely<Database>,
  hostId: number,
): Promise<{ id: number; verb: Verb; vmId: number }[]> {
  const rows = await db
    .selectFrom('action')
    .innerJoin('vm', 'vm.id', 'action.vm_id')
    .select(['action.id', 'action.verb', 'action.vm_id'])
    .where('action.status', '=', 'running')
    .where('action.deadline_at', '<', sql<Date>`now()`)
    .where('vm.host_id', '=', BigInt(hostId))
    .orderBy('action.id')
    .limit(100)
    .execute()
  return rows.map(row => ({ id: Number(row.id), verb: row.verb as Verb, vmId: Number(row.vm_id) }))
}

/** For how many real seconds the oldest running action of a host has been under way; 0 when none is. */
export async function oldestRunningS(db: Kysely<Database>, hostId: number): Promise<number> {
  const rows = await db
    .selectFrom('action')
    .innerJoin('vm', 'vm.id', 'action.vm_id')
    .select(['action.verb', sql<number>`extract(epoch from now() - min(action.deadline_at))::float8`.as('past')])
    .where('action.status', '=', 'running')
    .where('vm.host_id', '=', BigInt(hostId))
    .groupBy('action.verb')
    .execute()
  return Math.max(0, ...rows.map(({ verb, past }) => deadlineS[verb as Verb] + past))
}

/** The running actions of several VMs. */
export async function runningActions(db: Kysely<Database>, vmIds: readonly number[]): Promise<Action[]> {
  if (vmIds.length === 0) return []
  const rows = await db
    .selectFrom('action')
    .selectAll()
    .where('vm_id', 'in', vmIds.map(BigInt))
    .where('status', '=', 'running')
    .orderBy('id')
    .execute()
  return rows.map(fromRow)
}

/** A page of a VM's actions, newest first, one more than `limit`. */
export async function actionsOf(db: Kysely<Database>, vmId: number, limit: number, before?: number): Promise<Action[]> {
  let query = db.selectFrom('action').selectAll().where('vm_id', '=', BigInt(vmId))
  if (before !== undefined) query = query.where('id', '<', BigInt(before))
  const rows = await query
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  return rows.map(fromRow)
}
