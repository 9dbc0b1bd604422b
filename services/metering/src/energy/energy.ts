import { type EnergySource, energySources } from '@sahary/contracts/fields'
import { apportion, unscaled } from '../quantity/quantity.ts'

/** Thousandths of a watt-hour by source. */
export type Energy = Record<EnergySource, bigint>

/** A closed slot of a site, in thousandths of a watt-hour; the sources sum to the load. */
export type Slot = { from: Date; to: Date; load: bigint; baseline: bigint; bySource: Energy }

/** One VM's use of its site's processors in a slot, in billionths of a second. */
export type Metered = {
  vmId: number
  cpu: bigint
  running: bigint
  vcpus: number
  siteCpu: bigint
  siteVcpus: number
}

export const noEnergy: Energy = { solar: 0n, battery: 0n, grid: 0n, generator: 0n }

/** The same sum or difference taken for each source. */
export const perSource = (value: (source: EnergySource) => bigint): Energy => ({
  solar: value('solar'),
  battery: value('battery'),
  grid: value('grid'),
  generator: value('generator'),
})
export const plusEnergy = (a: Energy, b: Energy): Energy => perSource(source => a[source] + b[source])
export const minusEnergy = (a: Energy, b: Energy): Energy => perSource(source => a[source] - b[source])
export const totalEnergy = (energy: Energy): bigint => energySources.reduce((sum, source) => sum + energy[source], 0n)

/** Energy as it travels: watt-hours in decimal strings. */
export const energyText = (energy: Energy): Record<EnergySource, string> => ({
  solar: unscaled(energy.solar),
  battery: unscaled(energy.battery),
  grid: unscaled(energy.grid),
  generator: unscaled(energy.generator),
})

const billion = 1_000_000_000n
const most = (values: bigint[]): bigint => values.reduce((a, b) => (a - b > 0n ? a : b), 0n)
const sum = (values: bigint[]): bigint => values.reduce((a, b) => a + b, 0n)

/**
 * Shares the measured load of a slot among the VMs that ran in it. What work added is shared by processor time used
 * (as Kepler does), what flows anyway by processors reserved (as SCI does), the rest is the platform's own.
 * VMs and platform sum to the slot, source by source, to 0.001 Wh; a busy VM never gets less than its idle twin.
 */
export function shareSlot(slot: Slot, metered: readonly Metered[]): { vms: Map<number, Energy>; platform: Energy } {
  // The busier first: where shares differ by less than the smallest unit, the remainder falls to whoever worked more.
  const vms = [...metered].sort((a, b) => (a.cpu === b.cpu ? a.vmId - b.vmId : a.cpu > b.cpu ? -1 : 1))
  const idle = slot.load - slot.baseline > 0n ? slot.baseline : slot.load
  const slotTime = BigInt(slot.to.getTime() - slot.from.getTime()) * 1_000_000n
  const reserved = vms.map(vm => BigInt(vm.vcpus) * vm.running)
  // Readings of different hosts are never quite in step: what the VMs report bounds the site's total from below.
  const cpuTotal = most([...vms.map(vm => vm.siteCpu), sum(vms.map(vm => vm.cpu)), 1n])
  const reservedTotal = most([...vms.map(vm => BigInt(vm.siteVcpus) * slotTime), sum(reserved), billion])
  const weights = vms.map(
    (vm, index) => (slot.load - idle) * vm.cpu * reservedTotal + idle * reserved[index]! * cpuTotal,
  )
  const platformWeight = slot.load * cpuTotal * reservedTotal - sum(weights)
  const parts = perSourceParts(slot.bySource, [...weights, platformWeight])
  return {
    vms: new Map(vms.map((vm, index) => [vm.vmId, perSource(source => parts[source][index]!)])),
    platform: perSource(source => parts[source][vms.length]!),
  }
}

const perSourceParts = (energy: Energy, weights: bigint[]): Record<EnergySource, bigint[]> => ({
  solar: apportion(energy.solar, weights),
  battery: apportion(energy.battery, weights),
  grid: apportion(energy.grid, weights),
  generator: apportion(energy.generator, weights),
})

/**
 * The share of a VM whose metering came after the slot had been shared. It is taken out of the platform's part alone,
 * never out of another VM's, and never more than the platform has left.
 */
export function lateShare(slot: Slot, metered: readonly Metered[], vmId: number, platform: Energy): Energy {
  const share = shareSlot(slot, metered).vms.get(vmId) ?? noEnergy
  return perSource(source => (share[source] - platform[source] > 0n ? platform[source] : share[source]))
}
