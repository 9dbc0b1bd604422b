import type { SaharyEvent } from '@sahary/contracts/events'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'
import type { Reference } from './need.ts'

/** Puts an event aside until `awaits` is known. */
export async function hold(db: Kysely<Database>, event: SaharyEvent, awaits: Reference): Promise<void> {
  await db
    .insertInto('held')
    .values({ event_id: event.id, awaits, event: JSON.stringify(event) })
    .onConflict(conflict => conflict.constraint('held_once').doNothing())
    .execute()
}

/** Takes what waited for `awaits` out again, in the order it came. */
export async function release(db: Kysely<Database>, awaits: Reference): Promise<SaharyEvent[]> {
  const rows = await db.deleteFrom('held').where('awaits', '=', awaits).returning(['id', 'event']).execute()
  return rows.sort((one, other) => Number(one.id - other.id)).map(row => row.event as unknown as SaharyEvent)
}

/** How many events have waited since before `before`. */
export async function heldSince(db: Kysely<Database>, before: Date): Promise<number> {
  const { count } = await db
    .selectFrom('held')
    .select(query => query.fn.countAll<bigint>().as('count'))
    .where('held_at', '<', before)
    .executeTakeFirstOrThrow()
  return Number(count)
}
