import { type Job, startJob } from '@sahary/clock/job'
import { getJson } from '@sahary/http/outgoing'
import type { Logger } from '@sahary/observability/log'
import { z } from 'zod'
import type { Hub } from './hub.ts'

const Live = z.object({ data: z.unknown() })

/** Tells everybody who listens how the sites stand, every five seconds; readings are too many to be events. */
export const startLiveEnergy = (deps: { hub: Hub; solarUrl: string; logger: Logger }): Job =>
  startJob({
    name: 'live energy',
    everyMs: 5000,
    logger: deps.logger,
    run: async () => {
      if (deps.hub.size() === 0) return
      const answer = await getJson(`${deps.solarUrl}/api/public/energy`, { timeoutMs: 2000 }).catch(() => null)
      const live = Live.safeParse(answer)
      if (live.success) deps.hub.tellAll('energy.live', live.data.data)
    },
  })
