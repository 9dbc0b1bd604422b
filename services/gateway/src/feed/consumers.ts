import type { Revoked } from '@sahary/auth/revoked'
import type { Bus } from '@sahary/bus/nats'
import { isRevoking, revocationsLookBackMs } from '@sahary/bus/revocations'
import { watchStream } from '@sahary/bus/watch'
import type { SaharyEvent } from '@sahary/contracts/events'
import { serviceNames, services } from '@sahary/contracts/services'
import type { Logger } from '@sahary/observability/log'
import type { Hub } from './hub.ts'

/**
 * Hears every stream for the people who listen at this replica, and with it whose tokens are dead. A fresh replica
 * reads as far back as a revoked token could live, which is also enough for browsers to catch up from.
 */
export function watchEvents({ bus, hub, revoked, logger }: { bus: Bus; hub: Hub; revoked: Revoked; logger: Logger }): {
  stop(): Promise<void>
} {
  const since = new Date(Date.now() - revocationsLookBackMs)
  const hear = (event: SaharyEvent, at: Date) => {
    // Before the stream that it ends is told: whoever comes back with the same token is refused.
    if (isRevoking(event)) revoked.hear(event, at)
    hub.tell(event)
  }
  const speaking = serviceNames.filter(name => services[name].says.length > 0)
  const watches = speaking.map(speaker => watchStream({ bus, logger, speaker, since, hear }))
  return { stop: async () => void (await Promise.all(watches.map(({ stop }) => stop()))) }
}
