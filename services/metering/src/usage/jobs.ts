import { transaction } from '@sahary/db/transaction'
import { counter } from '@sahary/observability/metrics'
import type { Deps } from '../app.ts'
import { dueVms, vmsWithLateEnergy } from '../life/store.ts'
import { adjustLateEnergy, recordUsage } from './actions.ts'
import type { Patience } from './usage.ts'

const batch = 200
const recordsWritten = counter('usage_records_total', 'Usage records that were said.')
const lateShares = counter('usage_late_slots_total', 'Slots of VMs whose energy came after their hour was recorded.')

/**
 * Records what has closed, and adjusts what came late, VM by VM, each in a transaction of its own. A turn that is
 * killed loses nothing, a second replica meanwhile takes other VMs. Gives how many records and late slots there were.
 */
export async function recordDue(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  patience: Patience,
  signal?: AbortSignal,
): Promise<{ recorded: number; late: number }> {
  const recorded = await eachVm(
    after => dueVms(db, { now: clock.now(), graceMs: patience.graceMs, after, limit: batch }),
    vmId => recordAll({ db, clock }, vmId, patience, signal),
    signal,
  )
  const late = await eachVm(
    after => vmsWithLateEnergy(db, after, batch),
    vmId => transaction(db, tx => adjustLateEnergy(tx, vmId, clock.now())),
    signal,
  )
  recordsWritten.inc(recorded)
  lateShares.inc(late)
  return { recorded, late }
}

/** One VM, stretch by stretch, until it is caught up with. */
async function recordAll(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  vmId: number,
  patience: Patience,
  signal?: AbortSignal,
): Promise<number> {
  let total = 0
  while (!signal?.aborted) {
    const watch = { now: clock.now(), rate: clock.rate(), realNow: new Date() }
    const recorded = await transaction(db, tx => recordUsage(tx, vmId, watch, patience))
    if (recorded === 0) break
    total += recorded
  }
  return total
}

async function eachVm(
  page: (after: number) => Promise<number[]>,
  work: (vmId: number) => Promise<number>,
  signal?: AbortSignal,
): Promise<number> {
  let total = 0
  for (let after = 0; ; ) {
    const vmIds = await page(after)
    for (const vmId of vmIds) {
      if (signal?.aborted) return total
      total += await work(vmId)
    }
    if (vmIds.length < batch) return total
    after = vmIds.at(-1)!
  }
}
