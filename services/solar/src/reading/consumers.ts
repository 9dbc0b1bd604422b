import type { Clock } from '@sahary/clock/clock'
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
const gatherMs = 50
const retryMs = 500

type Needs = { db: Kysely<Database>; clock: Clock; logger: Logger; broker: Broker }
type Waiting = { arrived: Arrived; acknowledge: () => void }

/**
 * Hears every device: gathers what arrives within a moment into one transaction and acknowledges it after the commit.
 * While the database is away the batch is tried again, and the broker keeps the rest. `stop` finishes what is under way.
 */
export function startIngest({ db, clock, logger, broker }: Needs): { stop: () => Promise<void> } {
  let waiting: Waiting[] = []
  let running: Promise<void> | undefined
  let stopped = false

  const accept = (delivery: Delivery): void => {
    // What comes after the end is not acknowledged: the broker keeps it for whoever leads next.
    if (stopped || !delivery.topic.startsWith('devices/')) return
    const address = addressOf(delivery.topic)
    // A retained message is somebody's past; the arrival clock would make it now.
    if (!address || delivery.retained) {
      messages.inc({ outcome: address ? 'retained' : 'unknown_topic' })
      delivery.acknowledge()
      return
    }
    const { inverterId, native } = address
    const arrived = { inverterId, topic: native, payload: delivery.payload, at: clock.now() }
    waiting.push({ arrived, acknowledge: delivery.acknowledge })
    running ??= drain()
  }

  const drain = async (): Promise<void> => {
    await pause(gatherMs)
    while (waiting.length > 0) {
      const batch = waiting.splice(0, mostInBatch)
      if (await commit(batch)) for (const one of batch) one.acknowledge()
      else if (stopped) break
      else waiting = [...batch, ...waiting]
    }
    running = undefined
  }

  const commit = async (batch: readonly Waiting[]): Promise<boolean> => {
    try {
      const arrived = batch.map(one => one.arrived)
      const tally = await withSpan('ingest', { 'messaging.batch.message_count': batch.length }, () =>
        transaction(db, tx => takeBatch(tx, arrived, clock.rate())),
      )
      for (const [outcome, count] of Object.entries(tally)) messages.inc({ outcome }, count)
      return true
    } catch (error) {
      logger.warn({ error }, 'readings could not be kept; they will be tried again')
      await pause(retryMs)
      return false
    }
  }

  broker.onMessage(accept)
  return {
    stop: async () => {
      stopped = true
      await running
    },
  }
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
