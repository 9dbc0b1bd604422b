import { Id, Instant, type Locale } from '@sahary/contracts/fields'
import { VmReason, VmSpec, VmState } from '@sahary/contracts/vm'
import { z } from 'zod'
import { type Action, endingCodes, errorOf, verbs } from '../progress/action.ts'
import { specOf, statusReasonOf, targetOf, type Vm } from './vm.ts'

export const ActionView = z.object({
  id: Id,
  vmId: Id,
  verb: z.enum(verbs),
  reason: VmReason,
  status: z.enum(['running', 'success', 'error']),
  progress: z.int().min(0).max(100),
  error: z.object({ code: z.enum(endingCodes), message: z.string() }).nullable(),
  startedAt: Instant,
  finishedAt: Instant.nullable(),
})

export const VmView = z.object({
  id: Id,
  name: z.string(),
  /** As seen on its host. */
  status: VmState,
  statusReason: z.string().nullable(),
  observedAt: Instant.nullable(),
  /** As it should be. */
  desired: z.enum(['running', 'off', 'deleted']),
  siteId: Id,
  hostId: Id,
  image: z.string(),
  spec: VmSpec,
  cpuCapped: z.boolean(),
  ssh: z.object({ host: z.string(), port: z.int(), hostKeyFingerprint: z.string().nullable() }),
  /** When the VM will be stopped for want of energy. */
  powerNotice: z.object({ stopAt: Instant }).nullable(),
  version: z.int(),
  createdAt: Instant,
  /** What is under way. */
  actions: z.array(ActionView),
})

/** One that runs has no error, in no language. */
export const viewOfAction = (action: Action, locale: Locale = 'en'): z.input<typeof ActionView> => ({
  id: action.id,
  vmId: action.vmId,
  verb: action.verb,
  reason: action.reason,
  status: action.status,
  progress: action.progress,
  error: errorOf(action, locale),
  startedAt: action.startedAt.toISOString(),
  finishedAt: action.finishedAt?.toISOString() ?? null,
})

/** A VM as its owner sees it, with the actions that run. */
export const viewOfVm = (vm: Vm, running: readonly Action[]): z.input<typeof VmView> => ({
  id: vm.id,
  name: vm.name,
  status: vm.status,
  statusReason: vm.status === 'running' ? null : statusReasonOf(vm),
  observedAt: vm.observedAt?.toISOString() ?? null,
  desired: targetOf(vm),
  siteId: vm.siteId,
  hostId: vm.hostId,
  image: vm.image,
  spec: specOf(vm),
  cpuCapped: vm.cpuCapped,
  ssh: { host: vm.address, port: 22, hostKeyFingerprint: vm.hostKeyFingerprint },
  powerNotice: vm.stopAt === null ? null : { stopAt: vm.stopAt.toISOString() },
  version: vm.version,
  createdAt: vm.createdAt.toISOString(),
  actions: running.filter(action => action.vmId === vm.id).map(action => viewOfAction(action)),
})
