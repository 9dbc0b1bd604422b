import { transaction } from '@sahary/db/transaction'
import type { Deps } from '../app.ts'
import { vmsThatRan } from '../life/actions.ts'
import type { Patience } from '../usage/usage.ts'
import { shareOut } from './actions.ts'
import { unsharedSlots } from './store.ts'

const batch = 200

/**
 * Shares every slot that can be shared, each in a transaction of its own: a turn that is killed loses nothing and the
 * next one goes on. Slots that still wait for a VM's metering do not hold up later ones. Gives how many were shared.
 */
export async function shareSlots(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  patience: Patience,
  signal?: AbortSignal,
): Promise<number> {
  let shared = 0
  let after = { siteId: 0, from: new Date(0) }
  for (;;) {
    const slots = await unsharedSlots(db, after, batch)
    for (const slot of slots) {
      if (signal?.aborted) return shared
      const now = clock.now()
      const passed = now.getTime() - slot.to.getTime()
      const waitedEnough =
        passed >= patience.graceMs && Math.min(passed / clock.rate(), slot.heardMs) >= patience.realMs
      const done = await transaction(db, async tx => {
        const expected = await vmsThatRan(tx, slot)
        return shareOut(tx, slot, expected, { now, waitedEnough })
      })
      if (done) shared++
    }
    if (slots.length < batch) return shared
    after = slots.at(-1)!
  }
}
