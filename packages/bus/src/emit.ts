import { type EventData, type EventType, events } from '@sahary/contracts/events'
import type { Tx } from '@sahary/db/connect'
import { preparedStatement, type Statement } from '@sahary/db/prepared'
import type { SpineTables } from '@sahary/db/spine'
import { afterCommit, withCommit } from '@sahary/db/transaction'
import { currentTraceparent } from '@sahary/observability/tracing'
import { emitted } from './bell.ts'
import { newEventId } from './ids.ts'

/** One thing to be said: see `emit`. */
export type Saying<T extends EventType = EventType> = T extends EventType
  ? { type: T; subjectId: number | bigint | string; data: EventData<T>; at: Date }
  : never

/** A row of the outbox to be; `data` is JSON text. */
type Said = { event_id: string; noun: string; type: string; subject: string; at: string; data: string }

const saidIn = new WeakMap<object, Said[]>()

/**
 * Says an event inside the transaction that makes it true. `subjectId` is the id of the thing it is about. All that a
 * transaction says is written in one statement that travels with its commit: the sequence row of each thing is locked
 * from then until it is committed, so that events of one thing are in order. `at` is when it happened, on the
 * business clock.
 */
// biome-ignore lint/complexity/useMaxParams: said in every action, it reads as a sentence: in this, this of that, so, then.
export async function emit<DB extends SpineTables, T extends EventType>(
  tx: Tx<DB>,
  type: T,
  subjectId: number | bigint | string,
  data: EventData<T>,
  { at }: { at: Date },
): Promise<void> {
  const said = { event_id: newEventId(), noun: nounOf(type), type, subject: subjectOf(subjectId), at: at.toISOString() }
  say(tx, { ...said, data: body(type, data) })
}

/** Says several events, in the given order for each thing. */
export async function emitAll<DB extends SpineTables>(tx: Tx<DB>, sayings: readonly Saying[]): Promise<void> {
  for (const { type, subjectId, data, at } of sayings) await emit(tx, type, subjectId, data as never, { at })
}

function say<DB>(tx: Tx<DB>, row: Said): void {
  const before = saidIn.get(tx)
  if (before) return void before.push(row)
  const rows = [row]
  saidIn.set(tx, rows)
  const traceparent = currentTraceparent() ?? null
  withCommit(tx, () => statementOf(rows, traceparent))
  afterCommit(tx, emitted)
}

function statementOf([first, ...more]: Said[], traceparent: string | null): Statement {
  if (!first || more.length > 0) return emitMany(traceparent, manyOf([first!, ...more]))
  const { event_id, noun, type, subject, at, data } = first
  return emitOne(event_id, noun, type, subject, at, traceparent, data)
}

/** As a JSON array; the data's own text goes into it as it is. */
const manyOf = (rows: readonly Said[]): string =>
  `[${rows.map(({ data, ...row }) => `${JSON.stringify(row).slice(0, -1)},"data":${data}}`).join()}]`

// The sequence is taken before the outbox's id: whoever waits for the row gets the later id too.
const emitOne = preparedStatement(
  'emit_one',
  ['uuid', 'text', 'text', 'text', 'timestamptz', 'text', 'json'],
  `with next as (
     insert into aggregate_sequence as a (noun, subject, sequence) values ($2, $4, 1)
     on conflict (noun, subject) do update set sequence = a.sequence + 1
     returning sequence
   )
   insert into outbox (event_id, type, subject, sequence, occurred_at, traceparent, data)
   select $1, $3, $4, sequence, $5, $6, $7 from next`,
)

// Rows of the sequence are locked in one order by everybody, so that two batches cannot block each other.
const emitMany = preparedStatement(
  'emit_many',
  ['text', 'json'],
  `with said as (
     select r.*, row_number() over (partition by noun, subject order by n) as nth
       from rows from (json_to_recordset($2)
         as (event_id uuid, noun text, type text, subject text, at timestamptz, data json))
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
   select event_id, type, subject, sequence, at, $1, data from counted order by n`,
)

const nounOf = (type: EventType): string => type.slice(0, type.indexOf('.'))

function subjectOf(id: number | bigint | string): string {
  const subject = String(id)
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(subject)) throw new Error(`not the id of a thing: ${subject}`)
  return subject
}

/** U+0000 and lone surrogates as `JSON.stringify` writes them; behind another backslash it is text that looks so. */
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/

/** The data as JSON text, refused here when the contract refuses it. */
function body<T extends EventType>(type: T, data: EventData<T>): string {
  const text = JSON.stringify(events[type].parse(data))
  // PostgreSQL cannot store these as text, nor could whoever hears of them.
  if (text.includes('\\u') && unstorable.test(text))
    throw new Error(`the data of ${type} has U+0000 or half a character`)
  if (Buffer.byteLength(text) >= 65_536) throw new Error(`the data of ${type} is not small: ${text.length} characters`)
  return text
}
