import { Decimal } from 'decimal.js'

const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_UP })

/** What `/api/public/prices` says, in pounds per hour of one processor or one GiB. */
export type PriceList = {
  vatPercent: string
  prices: Record<string, { vcpu: string; memory: string; disk: string }>
}
export type UsageRecord = {
  vmId: number
  from: string
  to: string
  spec: { supplyClass: string; vcpus: number; memoryMib: number; diskGib: number }
  runningSeconds: string
  vcpuSeconds: string
  memoryMibSeconds: string
  diskGibSeconds: string
  adjustsUsageId: number | null
}
/** What a line of an invoice must say. */
export type Owed = {
  vmId: number
  supplyClass: string
  kind: 'vcpu' | 'memory' | 'disk'
  quantity: string
  unitPrice: string
  amountMinor: number
}

/** Of each kind: the seconds that are summed, and how many of them are billed as one hour. */
const kinds = [
  { kind: 'vcpu', seconds: 'vcpuSeconds', perHour: 3600 },
  { kind: 'memory', seconds: 'memoryMibSeconds', perHour: 1024 * 3600 },
  { kind: 'disk', seconds: 'diskGibSeconds', perHour: 3600 },
] as const

const piastres = (pounds: Decimal): number => pounds.times(100).toDecimalPlaces(0).toNumber()

/** Works out a bill by hand: published prices, metered quantities, hours of five decimals, each line rounded once. */
export function billOf(records: readonly UsageRecord[], { prices, vatPercent }: PriceList) {
  const lines = [...Map.groupBy(records, record => record.vmId).values()].flatMap(own => {
    const { vmId, spec } = own[0]!
    return kinds.map(({ kind, seconds, perHour }): Owed => {
      const taken = own.reduce((sum, record) => sum.plus(record[seconds]), new Exact(0))
      const quantity = taken.div(perHour).toDecimalPlaces(5)
      const unitPrice = prices[spec.supplyClass]![kind]
      const amountMinor = piastres(quantity.times(unitPrice))
      return { vmId, supplyClass: spec.supplyClass, kind, quantity: quantity.toFixed(), unitPrice, amountMinor }
    })
  })
  const netMinor = lines.reduce((sum, line) => sum + line.amountMinor, 0)
  const vatMinor = vatOn(netMinor, vatPercent).toDecimalPlaces(0).toNumber()
  return { lines, netMinor, vatMinor, totalMinor: netMinor + vatMinor }
}

/** The tax on an amount, before it is rounded. */
export const vatOn = (minor: number, percent: string): Decimal => new Exact(minor).times(percent).div(100)

/** What a VM took in a record, by its size: processors and memory while it ran, its disk all the time. */
export function quantitiesBySize({ spec, runningSeconds, from, to }: UsageRecord) {
  const lived = new Exact(Date.parse(to) - Date.parse(from)).div(1000)
  const running = new Exact(runningSeconds)
  return {
    vcpuSeconds: running.times(spec.vcpus).toFixed(),
    memoryMibSeconds: running.times(spec.memoryMib).toFixed(),
    diskGibSeconds: lived.times(spec.diskGib).toFixed(),
  }
}
