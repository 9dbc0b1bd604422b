import { setTimeout as pause } from 'node:timers/promises'
import { type ConsumerMessages, DeliverPolicy, type JsMsg } from '@nats-io/jetstream'
import type { Revoked } from '@sahary/auth/revoked'
import type { Bus } from '@sahary/bus/nats'
import { readMessage } from '@sahary/bus/reading'
import type { SaharyEvent } from '@sahary/contracts/events'
import { type ServiceName, serviceNames, services, streamOf } from '@sahary/contracts/services'
import type { Logger } from '@sahary/observability/log'
import type { Hub } from './hub.ts'

type Watch = { bus: Bus; hub: Hub; revoked: Revoked; logger: Logger }

/** How far back a fresh replica reads: as long as a revoked token could live, which is also enough to catch up from. */
const lookBackMs = 12 * 60_000
/** Clocks of the broker and ours may differ; what is heard twice is told once. */
const overlapMs = 5000

/**
 * Hears every stream for the people who listen at this replica, with consumers of its own that nobody else shares and
 * nothing remembers. Without NATS the streams are silent and everything else works.
 */
export function watchEvents(watch: Watch): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const speaking = serviceNames.filter(name => services[name].says.length > 0)
  const running = speaking.map(name => keepWatching(watch, name, stopping.signal))
  return {
    stop: async () => {
      stopping.abort()
      await Promise.all(running)
    },
  }
}

async function keepWatching(watch: Watch, service: ServiceName, stopped: AbortSignal): Promise<void> {
  let since = Date.now() - lookBackMs
  for (let faults = 0; !stopped.aborted; ) {
    try {
      await watchOnce(watch, service, since, stopped, at => {
        since = at - overlapMs
        faults = 0
      })
    } catch (error) {
      if (!stopped.aborted && faults++ % 60 === 0) watch.logger.warn({ error, service }, 'a stream cannot be heard yet')
    }
    await pause(250 * Math.min(8, faults + 1), undefined, { signal: stopped }).catch(() => {})
  }
}

async function watchOnce(
  { bus, hub, revoked }: Watch,
  service: ServiceName,
  since: number,
  stopped: AbortSignal,
  progress: (at: number) => void,
): Promise<void> {
  const { js } = await untilStopped(bus.line, stopped)
  const consumer = await js.consumers.get(streamOf(service), {
    name_prefix: 'gateway',
    deliver_policy: DeliverPolicy.StartTime,
    opt_start_time: new Date(since).toISOString(),
    inactive_threshold: 60_000,
  })
  const messages: ConsumerMessages = await consumer.consume({ max_messages: 200, expires: 10_000 })
  const close = () => void messages.close().catch(() => {})
  // A broker that was away may have lost the consumer, or the stream: begin again from the time of the last message.
  const forget = bus.onChange(close)
  stopped.addEventListener('abort', close, { once: true })
  // The end may have come while the consumer was being made.
  if (stopped.aborted) close()
  try {
    for await (const message of messages) {
      hear(message, hub, revoked)
      progress(message.time.getTime())
    }
  } finally {
    forget()
    stopped.removeEventListener('abort', close)
    close()
  }
}

function hear(message: JsMsg, hub: Hub, revoked: Revoked): void {
  const reading = readMessage(message.data)
  if (reading.is !== 'event') return
  const { event } = reading
  if (isRevoking(event)) revoked.hear(event, message.time)
  hub.tell(event)
}

const isRevoking = (
  event: SaharyEvent,
): event is SaharyEvent<'session.revoked' | 'user.deactivated' | 'user.roles_changed'> =>
  ['session.revoked', 'user.deactivated', 'user.roles_changed'].includes(event.type)

/** What `promise` gives, unless it is time to stop before. */
function untilStopped<T>(promise: Promise<T>, stopped: AbortSignal): Promise<T> {
  const abandoned = new Promise<never>((_resolve, reject) => {
    stopped.addEventListener('abort', () => reject(new Error('stopped')), { once: true })
  })
  return Promise.race([promise, abandoned])
}
