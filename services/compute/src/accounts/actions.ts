import type { Tx } from '@sahary/db/connect'
import { advisoryLock } from '@sahary/db/lock'
import type { Database } from '../app.ts'
import { want } from '../vms/actions.ts'
import { lockVms, type Of } from '../vms/store.ts'
import { type Hold, targetOf, type Vm } from '../vms/vm.ts'
import { saveDeactivated, saveSuspended } from './store.ts'

/** Adds or removes one hold on VMs; each is stopped or started when that changes what it should be. */
async function setHold(
  tx: Tx<Database>,
  vms: readonly Vm[],
  hold: Exclude<Hold, 'energy'>,
  held: boolean,
  at: Date,
): Promise<void> {
  for (const vm of vms) {
    if (vm.holds.includes(hold) === held) continue
    const holds = held ? [...vm.holds, hold] : vm.holds.filter(other => other !== hold)
    const verb = targetOf({ ...vm, holds }) === 'running' ? 'start' : 'stop'
    await want(tx, vm, { holds }, { verb, reason: hold, at })
  }
}

const hold = async (tx: Tx<Database>, of: Of, name: Exclude<Hold, 'energy'>, held: boolean, at: Date): Promise<void> =>
  setHold(
    tx,
    (await lockVms(tx, of)).filter(vm => vm.wish !== 'deleted'),
    name,
    held,
    at,
  )

/** An account that does not pay has its VMs stopped; one that has paid has them back. */
export async function suspend(tx: Tx<Database>, accountId: number, suspended: boolean, at: Date): Promise<void> {
  await advisoryLock(tx, 'account', accountId)
  await saveSuspended(tx, accountId, suspended)
  await hold(tx, { account: accountId }, 'billing', suspended, at)
}

/** The VMs that a deactivated person made are stopped, until the person is back. */
export async function deactivate(tx: Tx<Database>, userId: number, deactivated: boolean, at: Date): Promise<void> {
  await saveDeactivated(tx, userId, deactivated)
  await hold(tx, { creator: userId }, 'operator', deactivated, at)
}
