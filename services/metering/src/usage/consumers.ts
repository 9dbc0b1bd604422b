import type { Handlers } from '@sahary/bus/handler'
import type { EventType, SaharyEvent } from '@sahary/contracts/events'
import type { Tx } from '@sahary/db/connect'
import type { Database, Deps } from '../app.ts'
import { type Change, conditionAfter } from '../life/life.ts'
import { applyChange } from './actions.ts'

const changing = [
  'vm.created',
  'vm.started',
  'vm.stopped',
  'vm.paused',
  'vm.resumed',
  'vm.resized',
  'vm.deleted',
  'vm.failed',
] as const
type VmChanging = SaharyEvent<(typeof changing)[number] & EventType>

/** What usage does when it hears that a VM changed. */
export function usageConsumers({ clock }: Pick<Deps, 'clock'>): Handlers<Database> {
  const apply = (tx: Tx<Database>, event: VmChanging) => applyChange(tx, event.data.vmId, changeOf(event), clock.now())
  return Object.fromEntries(changing.map(type => [type, apply])) as Handlers<Database>
}

function changeOf({ type, time, sequence, data }: VmChanging): Change {
  return {
    sequence,
    at: new Date(time),
    condition: conditionAfter(type, data.reason, 'code' in data ? data.code : undefined),
    place: { accountId: data.accountId, siteId: data.siteId, vmName: data.name, spec: data.spec },
  }
}
