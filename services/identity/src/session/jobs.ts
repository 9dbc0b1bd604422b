import { type Job, startJob } from '@sahary/clock/job'
import type { Deps } from '../app.ts'
import { forgetSessions } from './store.ts'

const keptMs = 30 * 86_400_000
const batch = 500

/** Forgets sessions a month after their end; a turn that is cut short is taken up by the next. */
export const forgetSessionsJob = ({ db, now, logger }: Pick<Deps, 'db' | 'now' | 'logger'>): Job =>
  startJob({
    name: 'forget old sessions',
    everyMs: 3_600_000,
    run: async signal => {
      const before = new Date(now().getTime() - keptMs)
      while (!signal.aborted && (await forgetSessions(db, before, batch)) === batch);
    },
    logger,
  })
