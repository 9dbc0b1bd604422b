import type { SaharyEvent } from '@sahary/contracts/events'
import type { Tx } from '@sahary/db/connect'
import type { SpineTables } from '@sahary/db/spine'
import { sql } from 'kysely'

/**
 * For handlers that need order: notes in `tx` that the event is applied and gives true, or gives false when it or
 * a later event of the same thing was applied before. The thing's row stays locked until the transaction ends.
 */
export async function isNewest<DB extends SpineTables>(
  tx: Tx<DB>,
  event: Pick<SaharyEvent, 'type' | 'subject' | 'sequence'>,
): Promise<boolean> {
  const noun = event.type.slice(0, event.type.indexOf('.'))
  const { rows } = await sql`/* prepared is_newest */
    insert into heard_sequence as h (noun, subject, sequence) values (${noun}, ${event.subject}, ${event.sequence})
    on conflict (noun, subject) do update set sequence = excluded.sequence where h.sequence < excluded.sequence
    returning 1
  `.execute(tx)
  return rows.length > 0
}
