import { type Job, startJob } from '@sahary/clock/job'
import { gauge } from '@sahary/observability/metrics'
import type { Deps } from '../app.ts'
import { heldSince } from './store.ts'

const patienceMs = 600_000

/** Shows operators how many events wait for somebody who never came. */
export const watchHeldJob = ({ db, logger }: Pick<Deps, 'db' | 'logger'>): Job =>
  startJob({
    name: 'watch held events',
    everyMs: 60_000,
    run: async () => {
      const waiting = await heldSince(db, new Date(Date.now() - patienceMs))
      gauge('notification_events_held', 'Events that have waited ten minutes for a person or an account.').set(waiting)
      if (waiting > 0) logger.warn({ waiting }, 'events wait for people or accounts that nobody has spoken of')
    },
    logger,
  })
