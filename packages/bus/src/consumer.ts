import { setTimeout as pause } from 'node:timers/promises'
import type { ConsumerMessages, JsMsg } from '@nats-io/jetstream'
import { isEventType } from '@sahary/contracts/events'
import { durableOf, type ServiceName, services, speakerOf, streamOf } from '@sahary/contracts/services'
import type { SpineTables } from '@sahary/db/spine'
import type { Logger } from '@sahary/observability/log'
import type { Kysely } from 'kysely'
import type { Subscription } from 'nats'
import { type Bell, createBell } from './bell.ts'
import { deliver } from './delivery.ts'
import type { Handlers } from './handler.ts'
import { createLanes, type Lanes } from './lanes.ts'
import { durablesRemade, lag, oldestPending } from './metrics.ts'
import type { Bus } from './nats.ts'
import { startReplays } from './replay.ts'
import { ensureDurable } from './streams.ts'

export type ConsumersOptions<DB extends SpineTables> = {
  db: Kysely<DB>
  bus: Bus
  service: ServiceName
  logger: Logger
  /** What happens on each event; a noun without a handler is not listened to. */
  on: Handlers<DB>
  /** How many transactions of one noun run side by side; events of one thing are never side by side. */
  lanes?: number
  /** How many events may share one transaction. */
  batch?: number
  /** How long an event that failed waits, in seconds, after each failure; the last is repeated. */
  delaysS?: readonly number[]
}

type Listening<DB extends SpineTables> = ConsumersOptions<DB> & {
  noun: string
  stopped: AbortSignal
  bell: Bell
  failures: Map<number, number>
  doubt: { left: number }
}

/**
 * Hears what the service listens to: one durable per noun. The inbox row, the effect and what it emits are one
 * transaction, and only then is the message acknowledged. `stop` finishes what is under way and hands the rest back.
 */
export function startConsumers<DB extends SpineTables>(options: ConsumersOptions<DB>): { stop: () => Promise<void> } {
  const nouns = nounsOf(options)
  const stopping = new AbortController()
  const running = nouns.map(noun =>
    listen({
      ...options,
      noun,
      stopped: stopping.signal,
      bell: createBell(),
      failures: new Map(),
      doubt: { left: 0 },
    }),
  )
  const replays = startReplays(
    options,
    nouns.map(noun => durableOf(options.service, noun)),
  )
  return {
    stop: async () => {
      stopping.abort()
      await Promise.all([...running, replays.stop()])
    },
  }
}

function nounsOf<DB extends SpineTables>({ service, on }: ConsumersOptions<DB>): string[] {
  const nouns = new Set<string>()
  for (const type of Object.keys(on)) {
    const noun = type.split('.', 1)[0]!
    if (!isEventType(type)) throw new Error(`nobody says ${type}`)
    if (!(services[service].hears as readonly string[]).includes(noun))
      throw new Error(`${service} does not hear ${noun}.*`)
    nouns.add(noun)
  }
  return [...nouns]
}

async function listen<DB extends SpineTables>(listening: Listening<DB>): Promise<void> {
  const { bus, noun, stopped, bell, logger } = listening
  stopped.addEventListener('abort', bell.ring)
  for (let faults = 0; !stopped.aborted; ) {
    try {
      await session(listening)
      faults = 0
    } catch (error) {
      if (faults++ % 20 === 0) logger.warn({ err: error, noun }, 'hearing will be tried again')
      await bell.wait(bus.connected() ? Math.min(5_000, 100 * 2 ** Math.min(faults, 6)) : 1_000)
    }
  }
}

/** From one connection to its end: looks after the durable, then takes messages until something breaks. */
async function session<DB extends SpineTables>(listening: Listening<DB>): Promise<void> {
  const { bus, service, noun, stopped, bell, batch = 1 } = listening
  const { js, jsm } = await Promise.race([bus.line, aborted(stopped)])
  if (!bus.connected()) return void (await bell.wait(250))
  const made = await ensureDurable(jsm, service, noun)
  if (made === 'made') durablesRemade.inc({ noun })
  const consumer = await js.consumers.get(streamOf(speakerOf(noun)), durableOf(service, noun))
  const messages = await consumer.consume({
    max_messages: batch > 1 ? 256 : 128,
    expires: 15_000,
    idle_heartbeat: 3_000,
  })
  const end = (): void => void messages.close()
  const leave = (): void => void drained(messages).then(end)
  const unfollow = bus.onChange(end)
  stopped.addEventListener('abort', leave)
  if (stopped.aborted) leave()
  void watch(messages, end)
  const lanes = lanesOf(listening)
  try {
    await take(messages, lanes, listening)
  } finally {
    unfollow()
    stopped.removeEventListener('abort', leave)
    end()
    for (const message of await lanes.close()) message.nak()
  }
}

const drainMs = 1_000

/**
 * Resolves when nothing more can be on the wire to us, or the server does not say so in time. Closing throws away what
 * is, and it would come again only after the ack_wait of 30 s; the client offers draining for its subscriptions alone.
 */
async function drained(messages: ConsumerMessages): Promise<void> {
  const { sub } = messages as unknown as { sub?: Subscription }
  await Promise.race([sub?.drain().catch(() => {}), pause(drainMs, undefined, { ref: false })])
}

/** While messages are pending: each of them would cost as much as reading it. */
const measuredEveryMs = 200

async function take<DB extends SpineTables>(
  messages: ConsumerMessages,
  lanes: Lanes<JsMsg>,
  { noun, stopped }: Listening<DB>,
): Promise<void> {
  let measuredAt = Number.NEGATIVE_INFINITY
  for await (const message of messages) {
    // After a stop the iterator still gives what it had buffered and what was on the wire: another instance shall have
    // it now, not in 30 s.
    if (stopped.aborted) message.nak()
    else await lanes.push(subjectOf(message), message)
    const now = performance.now()
    if (message.info.pending > 0 && now - measuredAt < measuredEveryMs) continue
    measuredAt = now
    measure(noun, message)
  }
}

function measure(noun: string, { info }: JsMsg): void {
  lag.set({ noun }, info.pending)
  oldestPending.set({ noun }, info.pending === 0 ? 0 : Date.now() / 1_000 - info.timestampNanos / 1e9)
}

function lanesOf<DB extends SpineTables>(listening: Listening<DB>): Lanes<JsMsg> {
  const { service, noun, lanes = 8, batch = 1 } = listening
  const hearing = { ...listening, durable: durableOf(service, noun) }
  return createLanes({ lanes, batch, room: Math.max(64, lanes * batch) }, items => deliver(hearing, items))
}

/** A durable that was deleted, or a server that fell silent, leaves the iterator running without a word. */
async function watch(messages: ConsumerMessages, end: () => void): Promise<void> {
  for await (const status of messages.status()) {
    const gone = ['consumer_deleted', 'consumer_not_found', 'stream_not_found', 'no_responders'].includes(status.type)
    if (gone || (status.type === 'heartbeats_missed' && status.count >= 2)) end()
  }
}

const decoder = new TextDecoder()
const subjectPattern = /"subject":"([^"\\]{1,64})"/

/** The thing that a message is about, read without parsing all of it; whatever cannot be read is one thing. */
function subjectOf(message: JsMsg): string {
  return subjectPattern.exec(decoder.decode(message.data.subarray(0, 400)))?.[1] ?? ''
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(new Error('stopped'))
    signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true })
  })
}
