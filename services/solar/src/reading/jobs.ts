import type { Clock } from '@sahary/clock/clock'
import { type Job, startJob } from '@sahary/clock/job'
import type { Logger } from '@sahary/observability/log'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'
import { keepMonths } from './store.ts'

/** Makes the months' partitions before they are needed and drops old telemetry; the months are the business clock's. */
export function startMonths({ db, clock, logger }: { db: Kysely<Database>; clock: Clock; logger: Logger }): Job {
  let kept = ''
  return startJob({
    name: 'months',
    everyMs: 5000,
    run: async () => {
      const day = clock.now().toISOString().slice(0, 10)
      if (day === kept) return
      await keepMonths(db, day)
      kept = day
    },
    logger,
  })
}
