import type { EnergySource } from '@sahary/contracts/fields'
import type { SupplyClass } from '@sahary/contracts/ladder'
import { costOf, quotient, sumOf } from '../money/money.ts'
import { type Period, periodOf } from '../period/period.ts'
import { type Kind, kinds, listAt, type PriceList } from '../price/price.ts'

/** Watt-hours by source, decimal strings. */
export type Energy = Record<EnergySource, string>

/** What one VM took in records that are priced alike, `from` being where the newest begins. Seconds are decimal strings. */
export type Usage = {
  usageIds: readonly bigint[]
  vmId: number
  vmName: string
  vmType: string
  supplyClass: SupplyClass
  from: Date
  vcpuSeconds: string
  memoryMibSeconds: string
  diskGibSeconds: string
  energy: Energy
}

/** How a line came about, for whoever wants to check it. */
export type Trace = { rule: string; seconds: string; divisor: number; priceList: string; records: number }

/** One visible line: `netMinor` is quantity × unit price, rounded once. */
export type RatedLine = {
  vmId: number
  vmName: string
  vmType: string
  supplyClass: SupplyClass
  kind: Kind
  priceListId: number
  quantity: string
  unitPrice: string
  netMinor: bigint
  energy: Energy
  /** The month that is corrected, when the usage came after that month's invoice. */
  adjusts: Period | null
  trace: Trace
}

/** Changes when the same usage would give other lines; every invoice says which rule made it. */
export const calcVersion = 1

/** Of each kind: what is summed, and what it is divided by to be billed in hours (of one processor or one GiB). */
const measures: Record<Kind, { seconds: (usage: Usage) => string; divisor: number; rule: string }> = {
  vcpu: { seconds: usage => usage.vcpuSeconds, divisor: 3600, rule: 'vcpu_seconds / 3600' },
  memory: { seconds: usage => usage.memoryMibSeconds, divisor: 1024 * 3600, rule: 'mib_seconds / 1024 / 3600' },
  disk: { seconds: usage => usage.diskGibSeconds, divisor: 3600, rule: 'gib_seconds / 3600' },
}
/** The tax authority takes quantities of at most five decimals. */
const quantityPlaces = 5

export const noEnergy: Energy = { solar: '0', battery: '0', grid: '0', generator: '0' }

/**
 * Prices usage: one line per VM, kind, promise of power, price list and corrected month. Seconds are summed exactly
 * before anything is rounded, so that it does not matter into how many records an hour was cut.
 */
export function rate(usages: readonly Usage[], lists: readonly PriceList[], period: Period): RatedLine[] {
  const groups = Map.groupBy(usages, usage => {
    const adjusts = usage.from < period.from ? periodOf(usage.from).key : ''
    return [adjusts, usage.vmId, usage.supplyClass, usage.vmType, listAt(lists, usage.from).id].join(' ')
  })
  return [...groups.values()].flatMap(group => linesOf(group, lists, period)).sort(byPlace)
}

function linesOf(group: readonly Usage[], lists: readonly PriceList[], period: Period): RatedLine[] {
  const newest = group.reduce((a, b) => (b.from > a.from ? b : a))
  const list = listAt(lists, newest.from)
  const adjusts = newest.from < period.from ? periodOf(newest.from) : null
  const { vmId, vmName, vmType, supplyClass } = newest
  return kinds
    .map((kind): RatedLine => {
      const { seconds, divisor, rule } = measures[kind]
      const sum = sumOf(group.map(seconds))
      const quantity = quotient(sum, divisor, quantityPlaces)
      const unitPrice = list.prices[supplyClass][kind]
      // The VM's watt-hours stand on the line of its processors, so that an invoice's lines sum to its usage.
      const energy = kind === 'vcpu' ? energySum(group.map(usage => usage.energy)) : noEnergy
      const records = group.reduce((count, usage) => count + usage.usageIds.length, 0)
      const trace = { rule, seconds: sum, divisor, priceList: list.code, records }
      const netMinor = costOf(quantity, unitPrice)
      return {
        vmId,
        vmName,
        vmType,
        supplyClass,
        kind,
        priceListId: list.id,
        quantity,
        unitPrice,
        netMinor,
        energy,
        adjusts,
        trace,
      }
    })
    .filter(line => line.quantity !== '0' || Object.values(line.energy).some(value => value !== '0'))
}

/** The exact sum, source by source. */
export const energySum = (energies: readonly Energy[]): Energy => ({
  solar: sumOf(energies.map(energy => energy.solar)),
  battery: sumOf(energies.map(energy => energy.battery)),
  grid: sumOf(energies.map(energy => energy.grid)),
  generator: sumOf(energies.map(energy => energy.generator)),
})

/** Corrections of earlier months last, otherwise by VM; kinds in their own order. */
const byPlace = (a: RatedLine, b: RatedLine): number =>
  (a.adjusts?.key ?? '').localeCompare(b.adjusts?.key ?? '') ||
  a.vmId - b.vmId ||
  a.priceListId - b.priceListId ||
  a.supplyClass.localeCompare(b.supplyClass) ||
  a.vmType.localeCompare(b.vmType) ||
  kinds.indexOf(a.kind) - kinds.indexOf(b.kind)
