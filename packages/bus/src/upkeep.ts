import type { SpineTables } from '@sahary/db/spine'
import type { Logger } from '@sahary/observability/log'
import type { Kysely } from 'kysely'
import { createBell } from './bell.ts'
import { oldestUnpublished, unpublished } from './metrics.ts'
import { backlog, forgetAnswers, keepPartitions } from './outbox.ts'

const measureMs = 5_000
const tidyEvery = 360

/** What a leading relay does beside relaying: partitions and old answers at once and every
 * half hour, measures every five seconds. */
export function startUpkeep(db: Kysely<SpineTables>, logger: Logger): { stop: () => Promise<void> } {
  const bell = createBell()
  let stopped = false
  const run = async (): Promise<void> => {
    for (let turn = 0; !stopped; turn++) {
      try {
        if (turn % tidyEvery === 0) {
          await keepPartitions(db)
          await forgetAnswers(db)
        }
        const { count, oldestS } = await backlog(db)
        unpublished.set(count)
        oldestUnpublished.set(oldestS)
      } catch (error) {
        logger.warn({ err: error }, 'upkeep of the outbox will be tried again')
        // A turn that failed is not counted, so that its partitions come next time.
        turn -= 1
      }
      await bell.wait(measureMs)
    }
  }
  const running = run()
  return {
    stop: async () => {
      stopped = true
      bell.ring()
      await running
    },
  }
}
