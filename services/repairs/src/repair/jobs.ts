import { type Job, startJob } from '@sahary/clock/job'
import type { RepairState } from '@sahary/contracts/repair'
import { transaction } from '@sahary/db/transaction'
import type { Deps } from '../app.ts'
import { moveStale } from './actions.ts'
import { answerWithinMs, closeAfterMs } from './repair.ts'
import { staleIn } from './store.ts'

const batch = 100
const rules: readonly { from: RepairState; to: RepairState; afterMs: number }[] = [
  { from: 'delivered', to: 'closed', afterMs: closeAfterMs },
  { from: 'needs_info', to: 'cancelled', afterMs: answerWithinMs },
]

/** Closes what was delivered a week ago and cancels what went unanswered for two, each in its own transaction. */
export async function moveStaleRepairs({ db, clock }: Pick<Deps, 'db' | 'clock'>, signal?: AbortSignal): Promise<void> {
  const at = clock.now()
  for (const { from, to, afterMs } of rules) {
    const before = new Date(at.getTime() - afterMs)
    for (let ids = await staleIn(db, from, before, batch); ids.length > 0 && !signal?.aborted; ) {
      for (const id of ids) await transaction(db, tx => moveStale(tx, id, { from, to, before, at }))
      ids = ids.length === batch ? await staleIn(db, from, before, batch) : []
    }
  }
}

export const staleRepairsJob = (deps: Deps): Job =>
  startJob({
    name: 'move stale repairs',
    everyMs: 30_000,
    run: signal => moveStaleRepairs(deps, signal),
    logger: deps.logger,
  })
