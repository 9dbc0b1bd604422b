import type { EventData } from '@sahary/contracts/events'
import { VmFault } from '@sahary/contracts/vm'
import { type Kind, type Notice, type Params, type Severity, toAccount, toStaff } from './notice.ts'

type Change = Extract<Kind, 'vm_created' | 'vm_started' | 'vm_stopped' | 'vm_paused' | 'vm_resumed' | 'vm_deleted'>

/** A change of a VM; one that its owner did not ask for is shown with more weight. */
const changed =
  (kind: Change, unasked: Severity) =>
  ({ vmId, accountId, name, reason }: EventData<'vm.started'>): Notice => ({
    kind,
    params: { name, reason },
    audience: toAccount(accountId),
    severity: reason === 'user' ? 'info' : unasked,
    link: { type: 'vm', id: vmId },
  })

const host =
  (state: Params['host_changed']['state'], severity: Severity) =>
  ({ hostId, name }: EventData<'host.recovered'>): Notice => ({
    kind: 'host_changed',
    params: { name, state },
    audience: toStaff('operator'),
    severity,
    link: { type: 'host', id: hostId },
  })

/** What compute's events tell people. */
export const computeNotices = {
  'vm.created': changed('vm_created', 'info'),
  'vm.started': changed('vm_started', 'success'),
  'vm.stopped': changed('vm_stopped', 'warning'),
  'vm.paused': changed('vm_paused', 'warning'),
  'vm.resumed': changed('vm_resumed', 'success'),
  'vm.deleted': changed('vm_deleted', 'warning'),
  'vm.resized': ({ vmId, accountId, name, reason, spec }: EventData<'vm.resized'>): Notice => ({
    kind: 'vm_resized',
    params: { name, reason, vmType: spec.vmType },
    audience: toAccount(accountId),
    severity: 'info',
    link: { type: 'vm', id: vmId },
  }),
  'vm.failed': ({ vmId, accountId, name, reason, code }: EventData<'vm.failed'>): Notice => ({
    kind: 'vm_failed',
    params: { name, reason, code: VmFault.safeParse(code).data ?? null },
    audience: toAccount(accountId),
    severity: 'danger',
    link: { type: 'vm', id: vmId },
  }),
  'host.joined': host('joined', 'info'),
  'host.lost': host('lost', 'danger'),
  'host.recovered': host('recovered', 'success'),
  'host.drained': host('drained', 'info'),
}
