import type { Tx } from '@sahary/db/connect'
import type { SpineTables } from '@sahary/db/spine'
import { sql } from 'kysely'
import { version } from 'uuid'

/** The day in which an id was drawn, from the id itself (UUIDv7); an id of another kind has the first day of 1970. */
export function dayOf(eventId: string): string {
  if (version(eventId) !== 7) return '1970-01-01'
  const ms = Number.parseInt(eventId.slice(0, 8) + eventId.slice(9, 13), 16)
  return new Date(ms).toISOString().slice(0, 10)
}

/** Notes in `tx` that these events' effects are made. Gives the ids that were not noted before. */
export async function remember<DB extends SpineTables>(
  tx: Tx<DB>,
  events: readonly { id: string; type: string }[],
): Promise<Set<string>> {
  const { rows } = await sql<{ event_id: string }>`/* prepared remember */
    insert into inbox (day, event_id, type)
    select * from unnest(${events.map(event => dayOf(event.id))}::date[], ${events.map(event => event.id)}::uuid[],
      ${events.map(event => event.type)}::text[])
    on conflict do nothing returning event_id
  `.execute(tx)
  return new Set(rows.map(row => row.event_id))
}
