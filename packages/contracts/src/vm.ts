import { z } from 'zod'
import { SupplyClass } from './ladder.ts'

/** Hetzner's words; its edge shows `paused` as `off`. */
export const vmStates = [
  'initializing',
  'starting',
  'running',
  'stopping',
  'off',
  'deleting',
  'rebuilding',
  'migrating',
  'paused',
  'unknown',
] as const
export const VmState = z.enum(vmStates)
export type VmState = z.infer<typeof VmState>

/** Why a VM changed. */
export const VmReason = z.enum(['user', 'energy', 'crash', 'billing', 'operator'])
export type VmReason = z.infer<typeof VmReason>

/** How a VM fails, in `vm.failed`'s `code`; one that is not known yet is not refused. */
export const VmFault = z.enum([
  'creation_failed',
  'disk_missing',
  'container_name_taken',
  'container_dead',
  'out_of_memory',
  'exited',
])
export type VmFault = z.infer<typeof VmFault>

/** What a VM reserves, and under which promise of power. */
export const VmSpec = z.object({
  vmType: z.string(),
  supplyClass: SupplyClass,
  vcpus: z.int().positive(),
  memoryMib: z.int().positive(),
  diskGib: z.int().positive(),
})
export type VmSpec = z.infer<typeof VmSpec>

/** A container's name; the incarnation changes at create and rebuild only, so power-on never makes an empty disk. */
export const containerName = (vmId: number, incarnation: number): string => `sahary-${vmId}-${incarnation}`
