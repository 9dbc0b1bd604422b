import type { PowerLevel } from '@sahary/contracts/ladder'
import type { Tx } from '@sahary/db/connect'
import { advisoryLock } from '@sahary/db/lock'
import type { Database } from '../app.ts'
import { want } from '../vms/actions.ts'
import { lockVm, lockVms, saveVm } from '../vms/store.ts'
import { targetOf, type Vm } from '../vms/vm.ts'
import { planShed, type Shedable, type ShedPlan } from './shed.ts'
import { saveLevel } from './store.ts'

const shedableOf = (vm: Vm): Shedable => ({
  id: vm.id,
  supplyClass: vm.supplyClass,
  wish: vm.wish,
  held: vm.holds.includes('energy'),
  capped: vm.cpuCapped,
  stopAt: vm.stopAt,
  resumeAt: vm.resumeAt,
})

const withEnergy = (vm: Vm, held: boolean): Vm['holds'] =>
  held ? [...new Set([...vm.holds, 'energy' as const])] : vm.holds.filter(hold => hold !== 'energy')

/** Makes one VM what the plan says; each visible change is an action with the reason `energy`. */
async function applyPlan(tx: Tx<Database>, vm: Vm, plan: ShedPlan, at: Date): Promise<void> {
  const { stopAt, resumeAt } = plan
  const holds = withEnergy(vm, plan.held)
  const before = targetOf(vm)
  const after = targetOf({ ...vm, holds })
  const wanted = { holds, stopAt, resumeAt, cpuCapped: plan.capped }
  const by = { reason: 'energy', at } as const
  if (before !== after) await want(tx, vm, wanted, { ...by, verb: after === 'running' ? 'start' : 'stop' })
  else if (vm.cpuCapped !== plan.capped) await want(tx, vm, wanted, { ...by, verb: plan.capped ? 'cap' : 'uncap' })
  else await saveVm(tx, { ...vm, ...wanted })
}

/** The site's level changed: its VMs are warned, capped, stopped or queued to come back, by their promise of power. */
export async function levelChanged(
  tx: Tx<Database>,
  siteId: number,
  change: { level: PowerLevel; noticeEndsAt: Date | null; changedAt: Date; now: Date },
): Promise<void> {
  await advisoryLock(tx, 'site', siteId)
  await saveLevel(tx, { siteId, ...change })
  const vms = (await lockVms(tx, { site: siteId })).filter(vm => vm.wish !== 'deleted')
  for (const plan of planShed(change, vms.map(shedableOf))) {
    const vm = vms.find(({ id }) => id === plan.id)
    if (vm) await applyPlan(tx, vm, plan, change.now)
  }
}

/** A VM's notice is over, or its turn has come, unless something changed its fate meanwhile. */
export async function actOnDue(tx: Tx<Database>, vmId: number, now: Date): Promise<void> {
  const vm = await lockVm(tx, vmId)
  if (!vm || vm.deletedAt !== null) return
  const stops = vm.stopAt !== null && vm.stopAt <= now
  const resumes = vm.resumeAt !== null && vm.resumeAt <= now
  if (!stops && !resumes) return
  const plan = { id: vm.id, held: stops, capped: vm.cpuCapped, stopAt: null, resumeAt: null }
  await applyPlan(tx, vm, plan, now)
}
