import type { SaharyEvent } from '@sahary/contracts/events'
import { type RevokingType, revokingTypes } from '@sahary/contracts/services'
import type { Logger } from '@sahary/observability/log'
import type { Bus } from './nats.ts'
import { watchStream } from './watch.ts'

/** Who remembers that tokens are dead: `createRevoked` of auth. */
export type Memory = { hear: (event: SaharyEvent<RevokingType>, at: Date) => void }

/** How far back a fresh replica looks: longer than an access token lives, clocks that differ included. */
export const revocationsLookBackMs = 12 * 60_000

/**
 * Tells `revoked` of every session and user whose tokens identity takes back, at each replica of a service: a durable
 * shared by replicas would tell one of them only. What was taken back before this process began is told first.
 */
export function hearRevocations({
  bus,
  logger,
  revoked,
  now = () => new Date(),
}: {
  bus: Bus
  logger: Logger
  revoked: Memory
  now?: () => Date
}): { stop: () => Promise<void> } {
  const since = new Date(now().getTime() - revocationsLookBackMs)
  const hear = (event: SaharyEvent, at: Date) => {
    if (isRevoking(event)) revoked.hear(event, at)
  }
  // One each, because the broker pins what a service may read by the filter, and an older one knows one filter only.
  const watches = revokingTypes.map(type => watchStream({ bus, logger, speaker: 'identity', type, since, hear }))
  return { stop: async () => void (await Promise.all(watches.map(({ stop }) => stop()))) }
}

/** Whether tokens died with this event. */
export const isRevoking = (event: SaharyEvent): event is SaharyEvent<RevokingType> =>
  (revokingTypes as readonly string[]).includes(event.type)
