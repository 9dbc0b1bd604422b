import type { Tx } from '@sahary/db/connect'
import { advisoryLock } from '@sahary/db/lock'
import type { Database } from '../app.ts'
import { want } from '../vms/actions.ts'
import { lockVms, type Of } from '../vms/store.ts'
import { type Hold, targetOf } from '../vms/vm.ts'
import { saveDeactivated, saveSuspended } from './store.ts'

type Holding = { hold: Exclude<Hold, 'energy'>; held: boolean; at: Date }

/** Adds or removes one hold on VMs; each is stopped or started when that changes what it should be. */
async function setHold(tx: Tx<Database>, of: Of, { hold, held, at }: Holding): Promise<void> {
  for (const vm of await lockVms(tx, of)) {
    if (vm.wish === 'deleted' || vm.holds.includes(hold) === held) continue
    const holds = held ? [...vm.holds, hold] : vm.holds.filter(other => other !== hold)
    const verb = targetOf({ ...vm, holds }) === 'running' ? 'start' : 'stop'
    await want(tx, vm, { holds }, { verb, reason: hold, at })
  }
}

/** An account that does not pay has its VMs stopped; one that has paid has them back. */
export async function suspend(tx: Tx<Database>, accountId: number, suspended: boolean, at: Date): Promise<void> {
  await advisoryLock(tx, 'account', accountId)
  await saveSuspended(tx, accountId, suspended)
  await setHold(tx, { account: accountId }, { hold: 'billing', held: suspended, at })
}

/** The VMs that a deactivated person made are stopped, until the person is back. */
export async function deactivate(tx: Tx<Database>, userId: number, deactivated: boolean, at: Date): Promise<void> {
  await advisoryLock(tx, 'person', userId)
  await saveDeactivated(tx, userId, deactivated)
  await setHold(tx, { creator: userId }, { hold: 'operator', held: deactivated, at })
}
