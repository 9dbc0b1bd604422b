import type { Inverter } from '../inverter/inverter.ts'
import { type CounterSample, countedBetween, segmentsOf } from '../reading/counter.ts'
import { type Counted, slotMs } from './slot.ts'

/** One counter's readings around a slot. */
export type SlotSeries = { inverterId: number; quantity: string; part: string; samples: CounterSample[] }
export type Meter = Pick<Inverter, 'inverterId' | 'measures' | 'settings' | 'ratedW'>

/** A counter may be silent this long within a segment: devices that speak on change only do so while nothing changes. */
const leastGapMs = 900_000

/** How long after its last reading a counter's next one still continues it, at a site whose samples hold so long. */
export const counterGapMs = (holdMs: number): number => Math.max(leastGapMs, holdMs)

/** The sum of several counters over the slot; covered no longer than the least of them. */
function sum(series: readonly SlotSeries[], from: number, maxW: number, holdMs: number): Counted {
  if (series.length === 0) return null
  const limits = { maxW, maxGapMs: counterGapMs(holdMs) }
  const counted = series.map(one => countedBetween(segmentsOf(one.samples, limits), from, from + slotMs))
  return {
    wh: counted.reduce((all, one) => all + one.wh, 0),
    coveredMs: Math.min(...counted.map(one => one.coveredMs)),
  }
}

/**
 * What the devices' own counters say of a slot: the load where a meter counts all of it, and the production where every
 * device that makes some counts it.
 */
export function countedOf(
  meters: readonly Meter[],
  series: readonly SlotSeries[],
  slot: { fromMs: number; maxW: number; holdMs: number },
): { load: Counted; produced: Counted } {
  const of = (meter: Meter, quantity: string): SlotSeries[] =>
    series.filter(one => one.inverterId === meter.inverterId && one.quantity === quantity)
  const load = meters.flatMap(meter =>
    of(meter, 'load_energy_total').filter(one => one.part === meter.settings.loadMeter),
  )
  const makers = meters.filter(meter => meter.measures.includes('pv'))
  const made = makers.map(meter => of(meter, 'energy_total'))
  return {
    load: sum(load, slot.fromMs, slot.maxW, slot.holdMs),
    // A maker without a counter would be left out of the sum.
    produced: made.some(one => one.length === 0) ? null : sum(made.flat(), slot.fromMs, slot.maxW, slot.holdMs),
  }
}
