import type { JsMsg } from '@nats-io/jetstream'
import type { SaharyEvent } from '@sahary/contracts/events'
import { Refusal } from '@sahary/contracts/refusal'
import type { Tx } from '@sahary/db/connect'
import { isUnavailable } from '@sahary/db/fault'
import type { SpineTables } from '@sahary/db/spine'
import { transaction } from '@sahary/db/transaction'
import type { Logger } from '@sahary/observability/log'
import type { Kysely } from 'kysely'
import { apply, type Handlers } from './handler.ts'
import { claiming, isHeard, remembering } from './inbox.ts'
import { deadLetters, duplicates, heard, processSeconds } from './metrics.ts'
import { type Cause, causeOf, park } from './parked.ts'
import { readMessage } from './reading.ts'

/** Applying messages of one noun for one service. */
export type Hearing<DB extends SpineTables> = {
  db: Kysely<DB>
  on: Handlers<DB>
  durable: string
  noun: string
  logger: Logger
  /** How often each message has failed here, by its sequence in the stream. */
  failures: Map<number, number>
  delaysS?: readonly number[] | undefined
  /** For how many more events the inbox is asked first, because they may well have been heard. */
  doubt: { left: number }
  stopped: AbortSignal
}

type Arrival = { message: JsMsg; event: SaharyEvent }

const usualDelaysS = [1, 5, 30, 120, 600]
const parkedAfter = 8
const unavailableMs = 1_000
/** Where one event comes again, more will: a stream that is told again, or a replica that was killed. */
const doubted = 256

/** How long a message that failed for the `attempt`th time waits, in milliseconds, give or take a fifth. */
export function delayOf(attempt: number, delaysS: readonly number[] = usualDelaysS, random = Math.random()): number {
  const seconds = delaysS[Math.min(attempt, delaysS.length) - 1] ?? 1
  return Math.round(seconds * 1_000 * (0.8 + 0.4 * random))
}

/** Applies messages in one transaction; when that fails and there are several, each in its own. Does not throw. */
export async function deliver<DB extends SpineTables>(hearing: Hearing<DB>, messages: readonly JsMsg[]): Promise<void> {
  const started = performance.now()
  const arrivals: Arrival[] = []
  for (const message of messages) {
    const reading = readMessage(message.data)
    if (reading.is === 'unreadable') await parkAndAck(hearing, message, reading.cause)
    else if (reading.is === 'unknown') ignore(hearing, message, reading.type)
    else if (!hearing.on[reading.event.type]) ignore(hearing, message, reading.event.type)
    else arrivals.push({ message, event: reading.event })
  }
  if (arrivals.length === 1 || !(await deliverTogether(hearing, arrivals))) {
    for (const arrival of arrivals) await deliverOne(hearing, arrival)
  }
  processSeconds.observe({ noun: hearing.noun }, (performance.now() - started) / 1_000)
}

async function deliverTogether<DB extends SpineTables>(
  hearing: Hearing<DB>,
  arrivals: readonly Arrival[],
): Promise<boolean> {
  if (arrivals.length === 0) return true
  try {
    await applyAll(
      hearing,
      arrivals.map(({ event }) => event),
    )
  } catch {
    // One of them will fail alone too, and say why.
    return false
  }
  for (const { message } of arrivals) settle(hearing, message)
  return true
}

async function deliverOne<DB extends SpineTables>(hearing: Hearing<DB>, { message, event }: Arrival): Promise<void> {
  while (!hearing.stopped.aborted) {
    try {
      await applyOne(hearing, { message, event })
      return settle(hearing, message)
    } catch (error) {
      if (!isUnavailable(error)) return await settleFailure(hearing, { message, event }, error)
      // Not the message's fault: it keeps its place and its attempts until the database is back.
      heard.inc({ noun: hearing.noun, outcome: 'unavailable' })
      message.working()
      await new Promise(resolve => setTimeout(resolve, unavailableMs))
    }
  }
  message.nak()
}

/** Inbox row, effect and what it says, in one transaction; mostly one message. */
async function applyOne<DB extends SpineTables>(hearing: Hearing<DB>, { message, event }: Arrival): Promise<void> {
  const { db, on, noun, doubt } = hearing
  if (message.redelivered || doubt.left > 0) {
    doubt.left -= 1
    return await applyAll(hearing, [event])
  }
  try {
    await claiming(db, event, tx => apply(on, tx, [event]))
    heard.inc({ noun, outcome: 'applied' })
  } catch (error) {
    if (!isHeard(error)) throw error
    duplicates.inc({ noun })
    doubt.left = doubted
  }
}

/** Inbox rows, effects and what these say, in one transaction. */
async function applyAll<DB extends SpineTables>(hearing: Hearing<DB>, events: readonly SaharyEvent[]): Promise<void> {
  const applied = await remembering(hearing.db, events, async (tx, fresh) => {
    const count = fresh.size
    const isFresh = ({ id }: SaharyEvent) => fresh.delete(id.toLowerCase())
    await apply(hearing.on, tx, events.filter(isFresh))
    return count
  })
  heard.inc({ noun: hearing.noun, outcome: 'applied' }, applied)
  duplicates.inc({ noun: hearing.noun }, events.length - applied)
}

async function settleFailure<DB extends SpineTables>(
  hearing: Hearing<DB>,
  { message, event }: Arrival,
  error: unknown,
): Promise<void> {
  const attempts = (hearing.failures.get(message.seq) ?? 0) + 1
  hearing.failures.set(message.seq, attempts)
  const refused = error instanceof Refusal && error.kind !== 'unavailable'
  hearing.logger.warn({ err: error, event_id: event.id, type: event.type, attempts }, 'event not applied')
  if (refused || attempts >= parkedAfter) {
    await parkAndAck(hearing, message, { ...causeOf(error), event })
    return
  }
  heard.inc({ noun: hearing.noun, outcome: 'retried' })
  message.nak(delayOf(attempts, hearing.delaysS))
}

async function parkAndAck<DB extends SpineTables>(hearing: Hearing<DB>, message: JsMsg, cause: Cause): Promise<void> {
  try {
    const put = (tx: Tx<DB>) => park(tx, deliveredOf(hearing, message), cause)
    const { event } = cause
    // An event whose effect is there already has nothing to wait for.
    if (event) await remembering(hearing.db, [event], async (tx, fresh) => (fresh.size > 0 ? put(tx) : undefined))
    else await transaction(hearing.db, put)
  } catch (error) {
    hearing.logger.error({ err: error, durable: hearing.durable }, 'a message could not be parked')
    message.nak(delayOf(2))
    return
  }
  heard.inc({ noun: hearing.noun, outcome: 'parked' })
  deadLetters.inc({ noun: hearing.noun })
  settle(hearing, message)
}

const deliveredOf = <DB extends SpineTables>({ durable, failures }: Hearing<DB>, { info, seq, data }: JsMsg) => ({
  durable,
  stream: info.stream,
  streamSeq: seq,
  attempts: failures.get(seq) ?? 1,
  payload: data,
})

/** Done with: an acknowledgement that gets lost costs one more delivery, which the inbox stops. */
function settle<DB extends SpineTables>({ failures }: Hearing<DB>, message: JsMsg): void {
  failures.delete(message.seq)
  message.ack()
}

function ignore<DB extends SpineTables>({ noun, logger }: Hearing<DB>, message: JsMsg, type: string): void {
  heard.inc({ noun, outcome: 'ignored' })
  logger.debug({ type }, 'nothing to do on this event')
  message.ack()
}
