import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { DeliverPolicy } from '@nats-io/jetstream'
import type { EventType, SaharyEvent } from '@sahary/contracts/events'
import { type ServiceName, streamOf } from '@sahary/contracts/services'
import type { Logger } from '@sahary/observability/log'
import type { Bus } from './nats.ts'
import { readMessage } from './reading.ts'

export type Watch = {
  bus: Bus
  logger: Logger
  /** Whose stream. */
  speaker: ServiceName
  /** Only events of this type; all of the stream's unless given. */
  type?: EventType
  /** From when on, as the broker's clock has it. */
  since: Date
  /** Told of every event, perhaps more than once, with the time at which the stream took it. */
  hear: (event: SaharyEvent, at: Date) => void
}

/** Clocks of the broker and ours may differ; whoever watches takes a repeated event for one. */
const overlapMs = 5000

/**
 * Hears a stream for this process alone, with a consumer that nobody shares and nothing remembers: every replica hears
 * everything. For what lives in memory only; what changes rows is heard by `startConsumers`. Without NATS nothing is
 * heard, and what was said meanwhile comes when it is back.
 */
export function watchStream(watch: Watch): { stop: () => Promise<void> } {
  const stopping = new AbortController()
  const running = keepWatching(watch, stopping.signal)
  return {
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}

async function keepWatching(watch: Watch, stopped: AbortSignal): Promise<void> {
  const { logger, speaker, type } = watch
  let since = watch.since.getTime()
  for (let faults = 0; !stopped.aborted; ) {
    try {
      await watchOnce({ ...watch, since: new Date(since) }, stopped, at => {
        since = at - overlapMs
        faults = 0
      })
    } catch (error) {
      if (!stopped.aborted && faults++ % 60 === 0)
        logger.warn({ err: error, speaker, type }, 'a stream cannot be heard yet')
    }
    await pause(250 * Math.min(8, faults + 1), undefined, { signal: stopped }).catch(() => {})
  }
}

async function watchOnce(watch: Watch, stopped: AbortSignal, progress: (at: number) => void): Promise<void> {
  const { bus, speaker, type, since, hear } = watch
  const { js } = await untilStopped(bus.line, stopped)
  const consumer = await js.consumers.get(streamOf(speaker), {
    // The whole name that the client gives hangs on this: two replicas with one prefix would share a consumer.
    name_prefix: `${bus.service}-${randomUUID()}`,
    deliver_policy: DeliverPolicy.StartTime,
    opt_start_time: since.toISOString(),
    inactive_threshold: 60_000,
    ...(type ? { filter_subjects: type } : {}),
  })
  const messages = await consumer.consume({ max_messages: 200, expires: 10_000 })
  const close = () => void messages.close().catch(() => {})
  // A broker that was away may have lost the consumer, or the stream: begin again from the time of the last message.
  const forget = bus.onChange(close)
  stopped.addEventListener('abort', close, { once: true })
  // The end may have come while the consumer was being made.
  if (stopped.aborted) close()
  try {
    for await (const message of messages) {
      const reading = readMessage(message.data)
      if (reading.is === 'event') hear(reading.event, message.time)
      progress(message.time.getTime())
    }
  } finally {
    forget()
    stopped.removeEventListener('abort', close)
    close()
  }
}

/** What `promise` gives, unless it is time to stop before. */
function untilStopped<T>(promise: Promise<T>, stopped: AbortSignal): Promise<T> {
  const abandoned = new Promise<never>((_resolve, reject) => {
    stopped.addEventListener('abort', () => reject(new Error('stopped')), { once: true })
  })
  return Promise.race([promise, abandoned])
}
