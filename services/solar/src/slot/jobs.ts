import type { Clock } from '@sahary/clock/clock'
import { type Job, startJob } from '@sahary/clock/job'
import { transaction } from '@sahary/db/transaction'
import type { Logger } from '@sahary/observability/log'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'
import { closeNext } from './actions.ts'
import { slotMs } from './slot.ts'
import { sitesToClose } from './store.ts'

type Needs = { db: Kysely<Database>; clock: Clock; logger: Logger; keptTo: () => Date }

/** At least five seconds of business time, and a second of real time for what is still under way. */
const graceOf = (clock: Clock): number => Math.max(5000, 1000 * clock.rate())

/**
 * Closes everything that is due, a transaction per slot: a turn that is killed leaves whole slots. Time goes only as far
 * as what was heard is kept, so that no slot is closed past a message that waits.
 */
export async function closeDue({ db, clock, keptTo }: Omit<Needs, 'logger'>, signal?: AbortSignal): Promise<number> {
  let closed = 0
  const due = new Date(keptTo().getTime() - slotMs - graceOf(clock))
  for (const siteId of await sitesToClose(db, due)) {
    while (!signal?.aborted) {
      const now = keptTo()
      const done = await transaction(db, tx => closeNext(tx, siteId, now, { graceMs: graceOf(clock) }))
      if (done === 'nothing') break
      if (done === 'closed') closed += 1
    }
  }
  return closed
}

/** Looks often enough for a clock that runs two thousand times as fast. */
export function startClosing({ logger, ...needs }: Needs): Job {
  return startJob({ name: 'slots', everyMs: 200, run: signal => closeDue(needs, signal), logger })
}
