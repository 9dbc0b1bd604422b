import type { EventType, SaharyEvent } from '@sahary/contracts/events'
import type { Machine } from '../power/power.ts'

/** The events that say how a VM is; each carries all there is to know of it. */
export const machineTypes = [
  'vm.created',
  'vm.started',
  'vm.stopped',
  'vm.paused',
  'vm.resumed',
  'vm.resized',
  'vm.deleted',
  'vm.failed',
] as const satisfies EventType[]
export type MachineEvent = SaharyEvent<(typeof machineTypes)[number]>

export const isMachineEvent = (event: SaharyEvent): event is MachineEvent =>
  (machineTypes as readonly string[]).includes(event.type)

const living: Partial<Record<MachineEvent['type'], boolean>> = {
  'vm.created': true,
  'vm.started': true,
  'vm.resumed': true,
  'vm.stopped': false,
  'vm.paused': false,
  'vm.deleted': false,
  'vm.failed': false,
}

/** What the feed knows of a VM after an event; a resize leaves alive what was alive. */
export function machineAfter(event: MachineEvent, before: Machine | null): Machine {
  const { vmId, accountId, siteId, name, spec, reason } = event.data
  const alive = living[event.type] ?? before?.alive ?? false
  const shed = reason === 'energy' && (event.type === 'vm.stopped' || event.type === 'vm.paused')
  const keepsShed = event.type === 'vm.resized' && (before?.shed ?? false)
  return { vmId, accountId, siteId, name, supplyClass: spec.supplyClass, alive, shed: shed || keepsShed }
}
