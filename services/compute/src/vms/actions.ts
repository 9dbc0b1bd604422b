import { emit } from '@sahary/bus/emit'
import { treatmentAt } from '@sahary/contracts/ladder'
import { Refusal } from '@sahary/contracts/refusal'
import type { VmReason } from '@sahary/contracts/vm'
import { audit } from '@sahary/db/audit'
import type { Tx } from '@sahary/db/connect'
import { constraintOf } from '@sahary/db/fault'
import { standingOf } from '../accounts/store.ts'
import type { Database } from '../app.ts'
import { mayStart } from '../power/shed.ts'
import { levelOf } from '../power/store.ts'
import type { Action, Verb } from '../progress/action.ts'
import { insertAction, supersede } from '../progress/store.ts'
import type { Doer } from './doer.ts'
import { lockVm, saveVm } from './store.ts'
import { targetOf, type Vm, vmFacts } from './vm.ts'

type Wanted = Partial<Pick<Vm, 'wish' | 'holds' | 'cpuCapped' | 'rebootOf' | 'stopAt' | 'resumeAt'>>

/**
 * Changes what a VM should be: the desired state, its generation and the action that leads there are one transaction,
 * and the reconciler does the rest. The VM must be locked.
 */
export async function want(
  tx: Tx<Database>,
  vm: Vm,
  wanted: Wanted,
  { verb, reason, at }: { verb: Verb; reason: VmReason; at: Date },
): Promise<Action> {
  // The reason is that of the power; a cap leaves the power as it is.
  const powers = verb !== 'cap' && verb !== 'uncap'
  const next: Vm = {
    ...vm,
    ...wanted,
    generation: vm.generation + 1,
    settled: false,
    reason: powers ? reason : vm.reason,
  }
  if (verb === 'start' || verb === 'reboot') Object.assign(next, { statusReason: null, crashes: 0 })
  await saveVm(tx, next)
  await supersede(tx, vm.id, verb, at)
  return insertAction(tx, { accountId: vm.accountId, vmId: vm.id, verb, reason, generation: next.generation, at })
}

/** The caller's own VM, locked; anything else does not exist. */
export async function lockOwn(tx: Tx<Database>, by: Doer, id: number): Promise<Vm> {
  const vm = await lockVm(tx, id)
  if (!vm || vm.accountId !== by.accountId || vm.deletedAt !== null) throw new Refusal('not_found')
  return vm
}

/** Throws when the account or the site's level of power does not allow a VM of this class to run now. */
export async function refuseUnrunnable(
  tx: Tx<Database>,
  by: { accountId: number; userId: number },
  vm: Pick<Vm, 'siteId' | 'supplyClass' | 'holds'>,
): Promise<void> {
  const standing = await standingOf(tx, by)
  if (standing.suspended || vm.holds.includes('billing')) throw new Refusal('account_suspended')
  if (standing.deactivated || vm.holds.includes('operator')) throw new Refusal('vm_held')
  const level = await levelOf(tx, vm.siteId)
  if (vm.holds.includes('energy') || !mayStart(level, vm.supplyClass)) throw new Refusal('site_short_of_power')
}

/** Start, stop or reboot, as its owner wishes. */
export async function power(
  tx: Tx<Database>,
  by: Doer,
  id: number,
  verb: 'start' | 'stop' | 'reboot',
): Promise<Action> {
  const vm = await lockOwn(tx, by, id)
  if (vm.wish === 'deleted') throw new Refusal('vm_being_deleted')
  if (verb === 'start') await refuseUnrunnable(tx, by, vm)
  if (verb === 'reboot' && !(vm.running && targetOf(vm) === 'running')) throw new Refusal('vm_not_running')
  const wanted: Wanted =
    verb === 'start' ? { wish: 'running' } : verb === 'stop' ? { wish: 'off', stopAt: null } : { rebootOf: vm.run }
  const action = await want(tx, vm, wanted, { verb, reason: 'user', at: by.at })
  await audit(tx, { ...by.audit, action: `vm.${verb}`, objectType: 'vm', objectId: id })
  return action
}

/** Has a VM taken away with its disk; asking twice is asking once. */
export async function remove(tx: Tx<Database>, by: Doer, id: number): Promise<Action> {
  const vm = await lockOwn(tx, by, id)
  const action = await want(
    tx,
    vm,
    { wish: 'deleted', stopAt: null, resumeAt: null },
    { verb: 'delete', reason: 'user', at: by.at },
  )
  await audit(tx, { ...by.audit, action: 'vm.delete', objectType: 'vm', objectId: id, before: { name: vm.name } })
  return action
}

/** Gives a VM another name; the version must be the one that the caller saw. */
export async function rename(
  tx: Tx<Database>,
  by: Doer,
  id: number,
  { name, version, current }: { name: string; version: number; current: (vm: Vm) => unknown },
): Promise<Vm> {
  const vm = await lockOwn(tx, by, id)
  if (vm.version !== version) throw new Refusal('version_conflict', { current: current(vm) })
  const renamed = { ...vm, name, version: vm.version + 1 }
  await saveVm(tx, renamed).catch(refuseTakenName)
  await audit(tx, {
    ...by.audit,
    action: 'vm.rename',
    objectType: 'vm',
    objectId: id,
    before: { name: vm.name },
    after: { name },
  })
  return renamed
}

export const refuseTakenName = (fault: unknown): never => {
  if (constraintOf(fault) === 'vm_name') throw new Refusal('vm_name_taken', { cause: fault })
  throw fault
}

/** Whether a VM of this class begins with its processors capped. */
export async function beginsCapped(tx: Tx<Database>, siteId: number, supplyClass: Vm['supplyClass']): Promise<boolean> {
  return treatmentAt(await levelOf(tx, siteId), supplyClass) === 'capped'
}

/** Says that a VM was made, and gives the action that brings it up. */
export async function announce(tx: Tx<Database>, vm: Vm, by: Doer): Promise<Action> {
  await emit(tx, 'vm.created', vm.id, { ...vmFacts(vm), reason: 'user', image: vm.image }, { at: by.at })
  await audit(tx, {
    ...by.audit,
    action: 'vm.create',
    objectType: 'vm',
    objectId: vm.id,
    after: { name: vm.name, vmType: vm.vmType, image: vm.image, supplyClass: vm.supplyClass },
  })
  const { accountId, id: vmId, generation } = vm
  return insertAction(tx, { accountId, vmId, verb: 'create', reason: 'user', generation, at: by.at })
}
