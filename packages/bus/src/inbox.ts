import type { Tx } from '@sahary/db/connect'
import type { SpineTables } from '@sahary/db/spine'
import { transactionOpening } from '@sahary/db/transaction'
import type { Kysely } from 'kysely'
import { version } from 'uuid'

/** What the inbox notes of an event. */
export type Noted = { id: string; type: string }

/** The day in which an id was drawn, from the id itself (UUIDv7); an id of another kind has the first day of 1970. */
export function dayOf(eventId: string): string {
  if (version(eventId) !== 7) return '1970-01-01'
  const ms = Number.parseInt(eventId.slice(0, 8) + eventId.slice(9, 13), 16)
  return new Date(ms).toISOString().slice(0, 10)
}

/**
 * One transaction that begins by noting that these events' effects are made. `work` is given the ids that were not
 * noted before; whoever notes the same event at the same time waits here until that transaction has ended.
 */
export function remembering<DB extends SpineTables, T>(
  db: Kysely<DB>,
  events: readonly Noted[],
  work: (tx: Tx<DB>, fresh: Set<string>) => Promise<T>,
): Promise<T> {
  return transactionOpening(db, noteText(events), (tx, rows: { event_id: string }[]) =>
    work(tx, new Set(rows.map(row => row.event_id))),
  )
}

/** In one order for everybody, so that two batches with common events cannot block each other. */
function noteText(events: readonly Noted[]): string {
  const rows = events.map(({ id, type }) => {
    if (!/^[0-9a-f-]{36}$/i.test(id) || !/^[a-z0-9_.]+$/.test(type)) throw new Error('not the id and type of an event')
    return `('${dayOf(id)}','${id.toLowerCase()}','${type}')`
  })
  return `insert into inbox (day, event_id, type) values ${rows.sort().join()} on conflict do nothing returning event_id`
}
