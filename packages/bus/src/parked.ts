import { Refusal } from '@sahary/contracts/refusal'
import type { Tx } from '@sahary/db/connect'
import type { SpineTables } from '@sahary/db/spine'
import { type Kysely, sql } from 'kysely'

/** A message as it came, with where it lay. */
export type Delivered = { durable: string; stream: string; streamSeq: number; attempts: number; payload: Uint8Array }

/** Why a message is put aside. `event` is what of its envelope could be read. */
export type Cause = { reason: string; detail?: string; event?: { id: string; type: string; subject: string } }

export type ParkedMessage = {
  id: bigint
  durable: string
  type: string | null
  subject: string | null
  reason: string
  detail: string | null
  attempts: number
  parkedAt: Date
  payload: string
}

/** The reason that an operator reads. */
export function causeOf(error: unknown): Cause {
  if (error instanceof Refusal) return { reason: `refused: ${error.code}`, detail: error.stack ?? error.message }
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  return { reason: `failed: ${message}`.slice(0, 500), detail: stack ?? message }
}

type Db = Kysely<SpineTables>
const spineOf = <DB extends SpineTables>(db: Kysely<DB> | Tx<DB>): Db => db as unknown as Db

/** Puts a message aside; the second parking of one message changes nothing. */
export async function park<DB extends SpineTables>(tx: Tx<DB>, message: Delivered, cause: Cause): Promise<void> {
  await spineOf(tx)
    .insertInto('parked')
    .values({
      key: cause.event
        ? `${message.durable}/${cause.event.id}`
        : `${message.durable}/${message.stream}/${message.streamSeq}`,
      durable: message.durable,
      stream: message.stream,
      stream_seq: BigInt(message.streamSeq),
      event_id: cause.event?.id ?? null,
      type: cause.event?.type ?? null,
      subject: cause.event?.subject ?? null,
      reason: cause.reason,
      detail: cause.detail?.slice(0, 4_000) ?? null,
      attempts: message.attempts,
      payload: Buffer.from(message.payload),
    })
    .onConflict(conflict => conflict.column('key').doNothing())
    .execute()
}

/** The messages that wait for an operator, oldest first. */
export async function listParked<DB extends SpineTables>(db: Kysely<DB>, limit = 100): Promise<ParkedMessage[]> {
  const rows = await spineOf(db)
    .selectFrom('parked')
    .selectAll()
    .where('replayed_at', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(row => ({
    id: row.id,
    durable: row.durable,
    type: row.type,
    subject: row.subject,
    reason: row.reason,
    detail: row.detail,
    attempts: row.attempts,
    parkedAt: row.parked_at,
    payload: row.payload.toString('utf8'),
  }))
}

/**
 * Asks the running service to take a parked message again, or all of them. Its consumers do so within seconds;
 * what fails again stays parked with the new reason. Gives how many were asked for.
 */
export async function replayParked<DB extends SpineTables>(db: Kysely<DB>, id?: bigint | number): Promise<number> {
  const asked = await spineOf(db)
    .updateTable('parked')
    .set({ replay_requested_at: sql<Date>`clock_timestamp()` })
    .where('replayed_at', 'is', null)
    .$if(id !== undefined, query => query.where('id', '=', BigInt(id ?? 0)))
    .executeTakeFirst()
  return Number(asked.numUpdatedRows)
}

/** The next message that an operator wants taken again, locked until `tx` ends. */
export async function nextReplay<DB extends SpineTables>(tx: Tx<DB>, durables: readonly string[]) {
  return spineOf(tx)
    .selectFrom('parked')
    .select(['id', 'durable', 'stream', 'stream_seq', 'attempts', 'payload'])
    .where('replay_requested_at', 'is not', null)
    .where('replayed_at', 'is', null)
    .where('durable', 'in', durables)
    .orderBy('id')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
}

/** Notes in `tx` that a parked message has had its effect. */
export async function settleReplay<DB extends SpineTables>(tx: Tx<DB>, id: bigint): Promise<void> {
  await spineOf(tx)
    .updateTable('parked')
    .set({ replayed_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .execute()
}

/** Notes that a parked message failed again. */
export async function failReplay<DB extends SpineTables>(db: Kysely<DB>, id: bigint, cause: Cause): Promise<void> {
  await spineOf(db)
    .updateTable('parked')
    .set(eb => ({
      replay_requested_at: null,
      attempts: eb('attempts', '+', 1),
      reason: cause.reason,
      detail: cause.detail?.slice(0, 4_000) ?? null,
    }))
    .where('id', '=', id)
    .execute()
}
