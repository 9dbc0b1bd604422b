import type { Principal } from '@sahary/auth/principal'
import { audit } from '@sahary/db/audit'
import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'
import { type Change, changed, type Kept, resumed, shownAt } from './keeping.ts'
import { lockClock, saveClock } from './store.ts'

/** Looks after the clock: makes it when it is missing, and notes that business time went on until `real`. */
export async function keepClock(
  tx: Tx<Database>,
  first: { businessAt: Date; rate: number },
  real: Date,
): Promise<Kept> {
  const found = await lockClock(tx)
  const kept = found ? resumed(found.kept, found.keptAt, real) : { ...first, realAt: real }
  await saveClock(tx, kept, real)
  return kept
}

/** Changes the clock as an operator asks. */
export async function changeClock(
  tx: Tx<Database>,
  change: Change,
  by: { actor: Principal; requestId: string; real: Date },
): Promise<Kept> {
  const found = await lockClock(tx)
  if (!found) throw new Error('the clock is changed before it is kept')
  const { real } = by
  const kept = changed(found.kept, change, real)
  await saveClock(tx, kept, real)
  await audit(tx, {
    actor: by.actor,
    action: 'clock.change',
    objectType: 'clock',
    objectId: 'business',
    before: { businessAt: shownAt(found.kept, real), rate: found.kept.rate },
    after: { businessAt: shownAt(kept, real), rate: kept.rate },
    requestId: by.requestId,
    at: kept.businessAt,
  })
  return kept
}
