import type { Clock } from '@sahary/clock/clock'
import { isUnavailable } from '@sahary/db/fault'
import { transaction } from '@sahary/db/transaction'
import type { Logger } from '@sahary/observability/log'
import { counter } from '@sahary/observability/metrics'
import { withSpan } from '@sahary/observability/tracing'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'
import type { Broker, Delivery } from '../broker/store.ts'
import { takeBatch } from './actions.ts'
import { type Arrived, addressOf } from './reading.ts'

const messages = counter('solar_messages_total', 'Messages of devices by what became of them.', ['outcome'])

const mostInBatch = 500
/** Messages that nobody keeps are dropped beyond this, while the database is away. */
const mostWaiting = 5000
const gatherMs = 50
const retryMs = 500

type Needs = { db: Kysely<Database>; clock: Clock; logger: Logger; broker: Broker }
type Waiting = { arrived: Arrived; acknowledge: () => void }
type Ingest = {
  /** Until when everything that was heard is kept: since the arrival of the oldest message that waits it is not. */
  keptTo: () => Date
  stop: () => Promise<void>
}

/**
 * Hears every device: gathers what arrives within a moment into one transaction and acknowledges it after the commit.
 * While the database is away the batch is tried again, and the broker keeps the rest. `stop` finishes what is under way.
 */
export function startIngest(needs: Needs): Ingest {
  const { broker, clock } = needs
  const waiting: Waiting[] = []
  let running: Promise<void> | undefined
  let stopped = false

  const drain = async (): Promise<void> => {
    await pause(gatherMs)
    while (waiting.length > 0) {
      const batch = waiting.slice(0, mostInBatch)
      const done = await settle(needs, batch)
      for (const one of waiting.splice(0, done)) one.acknowledge()
      if (done === batch.length) continue
      if (stopped) break
      await pause(retryMs)
    }
    running = undefined
  }

  broker.onMessage(delivery => {
    // What comes after the end is not acknowledged: the broker keeps it for whoever leads next.
    if (stopped || !delivery.topic.startsWith('devices/')) return
    const arrived = arrivedAs(delivery, clock.now())
    if (!arrived) delivery.acknowledge()
    else if (!delivery.kept && waiting.length >= mostWaiting) messages.inc({ outcome: 'overflow' })
    else {
      waiting.push({ arrived, acknowledge: delivery.acknowledge })
      running ??= drain()
    }
  })
  return {
    keptTo: () => waiting[0]?.arrived.at ?? clock.now(),
    stop: async () => {
      stopped = true
      await running
    },
  }
}

/** A message with its device and its arrival; undefined for what is nobody's or nobody's present. */
function arrivedAs({ topic, payload, retained }: Delivery, at: Date): Arrived | undefined {
  const address = addressOf(topic)
  // A retained message is somebody's past; the arrival clock would make it now.
  if (address && !retained) return { inverterId: address.inverterId, topic: address.native, payload, at }
  messages.inc({ outcome: address ? 'retained' : 'unknown_topic' })
  return undefined
}

/** Keeps a batch, or the parts of it that can be kept; gives how many of its first messages are settled. */
async function settle(needs: Needs, batch: readonly Waiting[]): Promise<number> {
  try {
    await commit(
      needs,
      batch.map(one => one.arrived),
    )
    return batch.length
  } catch (error) {
    if (isUnavailable(error)) {
      needs.logger.warn({ error }, 'readings could not be kept; they will be tried again')
      return 0
    }
    // One message that the database refuses must not stop all others behind it.
    if (batch.length === 1) {
      needs.logger.error({ error, topic: batch[0]?.arrived.topic }, 'a message was given up')
      messages.inc({ outcome: 'failed' })
      return 1
    }
    const half = Math.ceil(batch.length / 2)
    const first = await settle(needs, batch.slice(0, half))
    return first < half ? first : half + (await settle(needs, batch.slice(half)))
  }
}

async function commit({ db, clock }: Needs, arrived: readonly Arrived[]): Promise<void> {
  const tallies = await withSpan('ingest', { 'messaging.batch.message_count': arrived.length }, () =>
    transaction(db, tx => takeBatch(tx, arrived, clock.rate())),
  )
  for (const tally of tallies) {
    for (const [outcome, count] of Object.entries(tally)) messages.inc({ outcome }, count)
  }
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
