import type { UnitPrices } from '../api/prices.ts'
import type { VmType } from '../api/vms.ts'

/** Hours of the month an estimate is for: the longest, of 31 days. */
const monthHours = 31n * 24n

const scale = 9
const scaledOf = (text: string): bigint => {
  const [whole = '0', part = ''] = text.split('.')
  return BigInt(whole + part.padEnd(scale, '0').slice(0, scale))
}
/** Billions of a pound to piastres, half away from zero as billing rounds. */
const piastresOf = (scaled: bigint): number => Number((scaled + 5_000_000n) / 10_000_000n)

/**
 * What a size costs under one class's prices, in piastres without VAT: an hour, and 31 days of running throughout.
 * Mirrors billing's rating (services/billing/src/rating) so that a choice shows its price; the invoice is what counts.
 */
export function estimate(size: VmType, prices: UnitPrices): { hourMinor: number; monthMinor: number } {
  const perHour =
    scaledOf(prices.vcpu) * BigInt(size.vcpus) +
    (scaledOf(prices.memory) * BigInt(size.memoryMib)) / 1024n +
    scaledOf(prices.disk) * BigInt(size.diskGib)
  return { hourMinor: piastresOf(perHour), monthMinor: piastresOf(perHour * monthHours) }
}
