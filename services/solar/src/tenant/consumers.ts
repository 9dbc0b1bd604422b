import type { Handlers } from '@sahary/bus/handler'
import { isNewest } from '@sahary/bus/sequence'
import type { SaharyEvent } from '@sahary/contracts/events'
import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'
import { keepVm, wasRunning } from './store.ts'

type Told = SaharyEvent<
  'vm.created' | 'vm.started' | 'vm.stopped' | 'vm.paused' | 'vm.resumed' | 'vm.resized' | 'vm.deleted' | 'vm.failed'
>

async function keep(tx: Tx<Database>, event: Told, running: boolean): Promise<void> {
  if (!(await isNewest(tx, event))) return
  const { vmId, accountId, siteId, spec } = event.data
  const { supplyClass, vcpus } = spec
  await keepVm(tx, { vmId, accountId, siteId, supplyClass, vcpus, running, deleted: event.type === 'vm.deleted' })
}

/** Who runs what at which site, from compute's own words. */
export const tenantConsumers: Handlers<Database> = {
  'vm.created': (tx, event) => keep(tx, event, false),
  'vm.started': (tx, event) => keep(tx, event, true),
  'vm.resumed': (tx, event) => keep(tx, event, true),
  'vm.stopped': (tx, event) => keep(tx, event, false),
  'vm.paused': (tx, event) => keep(tx, event, false),
  'vm.failed': (tx, event) => keep(tx, event, false),
  'vm.deleted': (tx, event) => keep(tx, event, false),
  // A server may be resized while it runs; the event does not say.
  'vm.resized': async (tx, event) => keep(tx, event, await wasRunning(tx, event.data.vmId)),
}
