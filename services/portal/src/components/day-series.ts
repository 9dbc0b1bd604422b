import type { Slot } from '../api/energy.ts'

/** Mean power of each slot in watts, by the second it began: what a chart draws. */
export type Series = { at: number[]; producedW: number[]; usedW: number[] }

export function seriesOf(slots: readonly Slot[]): Series {
  const hours = (slot: Slot) => (Date.parse(slot.to) - Date.parse(slot.from)) / 3_600_000
  return {
    at: slots.map(slot => Date.parse(slot.from) / 1000),
    producedW: slots.map(slot => Number(slot.producedWh) / hours(slot)),
    usedW: slots.map(slot => Number(slot.loadWh) / hours(slot)),
  }
}

/** Exact sum of watt-hours given as decimal strings with at most three places. */
export function sumWh(amounts: readonly string[]): string {
  const total = amounts.reduce((sum, text) => sum + milliOf(text), 0n)
  const digits = String(total).padStart(4, '0')
  return `${digits.slice(0, -3)}.${digits.slice(-3)}`
}

function milliOf(text: string): bigint {
  const [whole = '0', part = ''] = text.split('.')
  return BigInt(whole) * 1000n + BigInt(part.padEnd(3, '0').slice(0, 3))
}

export type Hour = { from: string; producedWh: string; usedWh: string }

/** The same day as a table has it: by the hour, for nobody reads 288 rows. */
export function hoursOf(slots: readonly Slot[]): Hour[] {
  const hourOf = (slot: Slot) => slot.from.slice(0, 13)
  const hours = [...new Set(slots.map(hourOf))].map(hour => slots.filter(slot => hourOf(slot) === hour))
  return hours.map(some => ({
    from: some[0]!.from,
    producedWh: sumWh(some.map(slot => slot.producedWh)),
    usedWh: sumWh(some.map(slot => slot.loadWh)),
  }))
}
