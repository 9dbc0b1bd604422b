import type { Tx } from '@sahary/db/connect'
import { constraintOf } from '@sahary/db/fault'
import { arrayOf, preparedStatement, type Statement } from '@sahary/db/prepared'
import type { SpineTables } from '@sahary/db/spine'
import { execute, transaction, withBegin } from '@sahary/db/transaction'
import type { Kysely } from 'kysely'
import { version } from 'uuid'

/** What the inbox notes of an event. */
export type Noted = { id: string; type: string }

const dayMs = 86_400_000
let latest = { day: -1, text: '' }

/** The day in which an id was drawn, from the id itself (UUIDv7); an id of another kind has the first day of 1970. */
export function dayOf(eventId: string): string {
  if (version(eventId) !== 7) return '1970-01-01'
  const day = Math.floor(Number.parseInt(eventId.slice(0, 8) + eventId.slice(9, 13), 16) / dayMs)
  // Nearly every event is of the day of the one before it.
  if (day !== latest.day) latest = { day, text: new Date(day * dayMs).toISOString().slice(0, 10) }
  return latest.text
}

const note = preparedStatement(
  'note',
  ['date', 'uuid', 'text'],
  `insert into inbox (day, event_id, type) values ($1, $2, $3) on conflict do nothing returning event_id`,
)

// In one order for everybody, so that two batches with common events cannot block each other.
const noteAll = preparedStatement(
  'note_all',
  ['date[]', 'uuid[]', 'text[]'],
  `insert into inbox (day, event_id, type) select * from unnest($1, $2, $3) order by 1, 2
   on conflict do nothing returning event_id`,
)

const claim = preparedStatement(
  'claim',
  ['date', 'uuid', 'text'],
  'insert into inbox (day, event_id, type) values ($1, $2, $3)',
)

/**
 * One transaction for one event that was probably not heard before: it is noted together with what `work` does first,
 * and when it had been noted all of it fails (`isHeard`). "Noted" waits for whoever notes the same event at that time.
 */
export function claiming<DB extends SpineTables, T>(
  db: Kysely<DB>,
  event: Noted,
  work: (tx: Tx<DB>) => Promise<T>,
): Promise<T> {
  checkNoted(event)
  return transaction(db, async tx => {
    await withBegin(tx, claim(dayOf(event.id), event.id, event.type))
    return work(tx)
  })
}

/** Whether a transaction of `claiming` failed because the event had been noted before. */
export const isHeard = (error: unknown): boolean => /^inbox_\w+_pkey$/.test(constraintOf(error) ?? '')

/**
 * One transaction that begins by noting that these events' effects are made. `work` is given the ids that were not
 * noted before; whoever notes the same event at the same time waits here until that transaction has ended.
 */
export function remembering<DB extends SpineTables, T>(
  db: Kysely<DB>,
  events: readonly Noted[],
  work: (tx: Tx<DB>, fresh: Set<string>) => Promise<T>,
): Promise<T> {
  const noting = notingOf(events)
  return transaction(db, async tx => {
    const rows = await execute<DB, { event_id: string }>(tx, noting)
    return work(tx, new Set(rows.map(row => row.event_id)))
  })
}

function checkNoted({ id, type }: Noted): void {
  if (!/^[0-9a-f-]{36}$/i.test(id) || !/^[a-z0-9_.]+$/.test(type)) throw new Error('not the id and type of an event')
}

function notingOf(events: readonly Noted[]): Statement {
  events.forEach(checkNoted)
  const [first, ...more] = events
  if (first && more.length === 0) return note(dayOf(first.id), first.id, first.type)
  const ids = events.map(({ id }) => id)
  return noteAll(arrayOf(ids.map(dayOf)), arrayOf(ids), arrayOf(events.map(({ type }) => type)))
}
