import type { Clock } from '@sahary/clock/clock'
import { type Job, startJob } from '@sahary/clock/job'
import { transaction } from '@sahary/db/transaction'
import type { Logger } from '@sahary/observability/log'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'
import { closeNext } from './actions.ts'
import { slotMs } from './slot.ts'
import { sitesToClose } from './store.ts'

type Needs = { db: Kysely<Database>; clock: Clock; logger: Logger }

/** At least five seconds of business time, and a second of real time for what is still under way. */
const graceOf = (clock: Clock): number => Math.max(5000, 1000 * clock.rate())

/** Closes everything that is due, a transaction per slot: a turn that is killed leaves whole slots. */
export async function closeDue({ db, clock }: Pick<Needs, 'db' | 'clock'>, signal?: AbortSignal): Promise<number> {
  let closed = 0
  const due = new Date(clock.now().getTime() - slotMs - graceOf(clock))
  for (const siteId of await sitesToClose(db, due)) {
    while (!signal?.aborted) {
      const now = clock.now()
      const done = await transaction(db, tx => closeNext(tx, siteId, now, { graceMs: graceOf(clock) }))
      if (done === 'nothing') break
      if (done === 'closed') closed += 1
    }
  }
  return closed
}

/** Looks often enough for a clock that runs two thousand times as fast. */
export function startClosing({ db, clock, logger }: Needs): Job {
  return startJob({ name: 'slots', everyMs: 200, run: signal => closeDue({ db, clock }, signal), logger })
}
