import type { SupplyClass } from '@sahary/contracts/ladder'
import { containerName, type VmReason, type VmSpec, type VmState } from '@sahary/contracts/vm'
import { z } from 'zod'
import { memoryBytesOf, nanoCpusOf } from '../engine/container.ts'
import type { Desired, Target } from '../reconcile/step.ts'

/** What keeps a VM down whatever its owner wishes. */
export type Hold = 'energy' | 'billing' | 'operator'

export type Vm = {
  id: number
  accountId: number
  createdBy: number
  siteId: number
  hostId: number
  networkId: number
  address: string
  name: string
  vmType: string
  image: string
  supplyClass: SupplyClass
  vcpus: number
  memoryMib: number
  diskGib: number
  userData: string | null
  incarnation: number
  wish: Target
  holds: Hold[]
  cpuCapped: boolean
  rebootOf: string | null
  generation: number
  reason: VmReason
  stopAt: Date | null
  resumeAt: Date | null
  status: VmState
  statusReason: string | null
  observedAt: Date | null
  run: string | null
  /** A run of it is open: we have said that it started and not yet that it ended. */
  running: boolean
  bootedAt: Date | null
  hostKeyFingerprint: string | null
  crashes: number
  crashedAt: Date | null
  settled: boolean
  version: number
  createdAt: Date
  deletedAt: Date | null
}

/** A host name label (RFC 1123): it becomes the VM's own host name. */
export const VmName = z
  .string()
  .min(1)
  .max(63)
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/)

/** The owner's wish, unless something holds the VM down. */
export const targetOf = (vm: Pick<Vm, 'wish' | 'holds'>): Target =>
  vm.wish === 'running' && vm.holds.length > 0 ? 'off' : vm.wish

export const desiredOf = (vm: Vm): Desired => ({
  target: targetOf(vm),
  nanoCpus: nanoCpusOf(vm.vcpus, vm.cpuCapped),
  memoryBytes: memoryBytesOf(vm.memoryMib),
  rebootOf: vm.rebootOf,
  booted: vm.bootedAt !== null,
  hostKeyKnown: vm.hostKeyFingerprint !== null,
})

export const containerOf = (vm: Pick<Vm, 'id' | 'incarnation'>): string => containerName(vm.id, vm.incarnation)

export const specOf = (vm: Vm): VmSpec => ({
  vmType: vm.vmType,
  supplyClass: vm.supplyClass,
  vcpus: vm.vcpus,
  memoryMib: vm.memoryMib,
  diskGib: vm.diskGib,
})

/** What every event about a VM carries. */
export const vmFacts = (vm: Vm) => ({
  vmId: vm.id,
  accountId: vm.accountId,
  siteId: vm.siteId,
  hostId: vm.hostId,
  name: vm.name,
  spec: specOf(vm),
})

/** Why a VM is not running, in one word; null while it runs or is on its way. */
export function statusReasonOf(vm: Vm): string | null {
  if (vm.statusReason !== null) return vm.statusReason
  if (vm.wish === 'running') return vm.holds[0] ?? null
  return vm.reason
}
