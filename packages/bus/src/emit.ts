import { type EventData, type EventType, events } from '@sahary/contracts/events'
import type { Tx } from '@sahary/db/connect'
import type { SpineTables } from '@sahary/db/spine'
import { afterCommit } from '@sahary/db/transaction'
import { currentTraceparent } from '@sahary/observability/tracing'
import { sql } from 'kysely'
import { v7 } from 'uuid'
import { emitted } from './bell.ts'

/** One thing to be said: see `emit`. */
export type Saying<T extends EventType = EventType> = T extends EventType
  ? { type: T; subjectId: number | bigint | string; data: EventData<T>; at: Date }
  : never

/**
 * Says an event inside the transaction that makes it true. `subjectId` is the id of the thing it is about; its
 * sequence row stays locked until the transaction ends, so that events of one thing are in order. `at` is when it
 * happened, on the business clock.
 */
export async function emit<DB extends SpineTables, T extends EventType>(
  tx: Tx<DB>,
  type: T,
  subjectId: number | bigint | string,
  data: EventData<T>,
  { at }: { at: Date },
): Promise<void> {
  // The sequence is taken before the id: whoever waits for the row gets the later id too.
  await sql`/* prepared emit */
    with next as (
      insert into aggregate_sequence as a (noun, subject, sequence)
      values (${nounOf(type)}, ${String(subjectId)}, 1)
      on conflict (noun, subject) do update set sequence = a.sequence + 1
      returning sequence
    )
    insert into outbox (event_id, type, subject, sequence, occurred_at, traceparent, data)
    select ${v7()}::uuid, ${type}, ${String(subjectId)}, sequence, ${at.toISOString()}::timestamptz,
           ${currentTraceparent() ?? null}, ${body(type, data)}::jsonb
      from next
  `.execute(tx)
  afterCommit(tx, emitted)
}

/** Says several events in one statement, in the given order for each thing. */
export async function emitAll<DB extends SpineTables>(tx: Tx<DB>, sayings: readonly Saying[]): Promise<void> {
  if (sayings.length === 0) return
  const rows = sayings.map(saying => ({
    event_id: v7(),
    noun: nounOf(saying.type),
    type: saying.type,
    subject: String(saying.subjectId),
    at: saying.at.toISOString(),
    data: JSON.parse(body(saying.type, saying.data)) as unknown,
  }))
  // Rows of the sequence are locked in one order by everybody, so that two batches cannot block each other.
  await sql`/* prepared emit_all */
    with said as (
      select r.*, row_number() over (partition by noun, subject order by n) as nth
        from rows from (jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          as (event_id uuid, noun text, type text, subject text, at timestamptz, data jsonb))
          with ordinality as r (event_id, noun, type, subject, at, data, n)
    ),
    next as (
      insert into aggregate_sequence as a (noun, subject, sequence)
      select noun, subject, max(nth) from said group by noun, subject order by noun, subject
      on conflict (noun, subject) do update set sequence = a.sequence + excluded.sequence
      returning noun, subject, sequence
    ),
    counted as (
      select s.*, next.sequence - max(s.nth) over (partition by s.noun, s.subject) + s.nth as sequence
        from said s join next using (noun, subject)
    )
    insert into outbox (event_id, type, subject, sequence, occurred_at, traceparent, data)
    select event_id, type, subject, sequence, at, ${currentTraceparent() ?? null}, data from counted order by n
  `.execute(tx)
  afterCommit(tx, emitted)
}

const nounOf = (type: EventType): string => type.slice(0, type.indexOf('.'))

/** The data as JSON text, refused here when the contract refuses it. */
function body<T extends EventType>(type: T, data: EventData<T>): string {
  return JSON.stringify(events[type].parse(data))
}
