import { apportion } from './apportion.ts'
import { type FlowName, type Flows, flowNames, flowsOf, noFlows, type Power } from './flow.ts'

/** Five minutes, aligned to the epoch. */
export const slotMs = 300_000

/** Below this share of a slot with every meter known, it is `partial`. */
const measuredShare = 0.98

/** A site's powers at one instant as they were recorded, good for `holdMs`; null is "not known then". */
export type Sample = { atMs: number; holdMs: number } & { [K in keyof Power]: number | null }

/** What the counters say of the slot, where they say anything. */
export type Counted = { wh: number; coveredMs: number } | null

export type SlotInput = {
  fromMs: number
  samples: readonly Sample[]
  loadCounted: Counted
  producedCounted: Counted
  /** Watts that flow whether or not anything computes. */
  baselineW: number
  /** Whether a device of the site measures its battery, and its grid; the sun is always asked for. */
  metered: { battery: boolean; grid: boolean }
  /** What feeds a load that no meter explains. */
  unexplained: 'battery' | 'grid' | 'solar'
}

/** A closed slot: milliwatt-hours, exact. The four parts of `bySource` add up to `loadMwh`. */
export type Slot = {
  loadMwh: bigint
  baselineMwh: bigint
  bySource: { solar: bigint; battery: bigint; grid: bigint; generator: bigint }
  producedMwh: bigint
  flowsMwh: Record<FlowName, bigint>
  coveredMs: number
  quality: 'measured' | 'partial'
}

/** The start of the slot that `atMs` lies in. */
export const slotStart = (atMs: number): number => Math.floor(atMs / slotMs) * slotMs

type Integral = { flows: Flows; loadWh: number; producedWh: number; coveredMs: number; completeMs: number }

const mwh = (wh: number): bigint => BigInt(Math.round(wh * 1000))

const between = (a: number | null, b: number | null, share: number): number | null =>
  a === null || b === null ? null : a + (b - a) * share

/** Powers at `share` of the way from one sample to the next. */
function powerAt(before: Sample, after: Sample, share: number): { [K in keyof Power]: number | null } {
  const at = (key: keyof Power): number | null => between(before[key], after[key], share)
  return {
    pvW: at('pvW'),
    loadW: at('loadW'),
    batteryW: at('batteryW'),
    gridW: at('gridW'),
    generatorW: at('generatorW'),
  }
}

/** What the others must carry of the load for a grid of which nothing is said to count as absent. */
const carriedShare = 0.9

/** True when every meter is known. An inverter that runs islanded says nothing of the grid, and carries the load. */
function isComplete(power: { [K in keyof Power]: number | null }, metered: SlotInput['metered']): boolean {
  if (power.pvW === null || (metered.battery && power.batteryW === null)) return false
  const carried = power.pvW + (power.batteryW ?? 0) + (power.generatorW ?? 0)
  return !metered.grid || power.gridW !== null || carried >= (power.loadW ?? 0) * carriedShare
}

type Span = { fromMs: number; toMs: number; metered: SlotInput['metered'] }

/** Adds one stretch between two samples, clipped to the slot, as its power at the middle (exact for straight lines). */
function addStretch(sum: Integral, before: Sample, after: Sample, span: Span): void {
  const start = Math.max(before.atMs, span.fromMs)
  const end = Math.min(after.atMs, span.toMs)
  if (end <= start) return
  const middle = ((start + end) / 2 - before.atMs) / (after.atMs - before.atMs)
  const power = powerAt(before, after, middle)
  if (power.loadW === null) return
  const hours = (end - start) / 3_600_000
  const known: Power = {
    pvW: power.pvW ?? 0,
    loadW: power.loadW,
    batteryW: power.batteryW ?? 0,
    gridW: power.gridW ?? 0,
    generatorW: power.generatorW ?? 0,
  }
  const flows = flowsOf(known)
  for (const name of flowNames) sum.flows[name] += flows[name] * hours
  sum.loadWh += known.loadW * hours
  sum.producedWh += known.pvW * hours
  sum.coveredMs += end - start
  if (isComplete(power, span.metered)) sum.completeMs += end - start
}

/** Longest stretch evaluated at once; a bend inside it (sun meets load) would be smoothed away. */
const stretchMs = 30_000

function integrate(input: SlotInput): Integral {
  const sum: Integral = { flows: noFlows(), loadWh: 0, producedWh: 0, coveredMs: 0, completeMs: 0 }
  for (const [index, after] of input.samples.entries()) {
    const before = input.samples[index - 1]
    if (!before || after.atMs <= before.atMs || after.atMs - before.atMs > before.holdMs) continue
    const from = Math.max(before.atMs, input.fromMs)
    const to = Math.min(after.atMs, input.fromMs + slotMs)
    for (let start = from; start < to; start += stretchMs) {
      const toMs = Math.min(to, start + stretchMs)
      addStretch(sum, before, after, { fromMs: start, toMs, metered: input.metered })
    }
  }
  return sum
}

/** The counter's word where it covers the whole slot, else the integral's. */
function countedOr(counted: Counted, integralWh: number): number {
  return counted && counted.coveredMs >= slotMs * measuredShare ? Math.max(0, counted.wh) : integralWh
}

/**
 * Closes one slot from recorded powers and counters, or gives null where nothing at all was heard: a gap stays a gap.
 * The load is the counter's where there is one; its split by source is that of the powers, exact to the milliwatt-hour.
 */
export function closeSlot(input: SlotInput): Slot | null {
  const sum = integrate(input)
  if (sum.coveredMs === 0) return null
  const loadMwh = mwh(countedOr(input.loadCounted, sum.loadWh))
  const { flows } = sum
  const fallback = (source: SlotInput['unexplained']): number => (input.unexplained === source ? 1e-9 : 0)
  const parts = apportion(loadMwh, [
    flows.pvToLoad + fallback('solar'),
    flows.batteryToLoad + fallback('battery'),
    flows.gridToLoad + fallback('grid'),
    flows.generatorToLoad,
  ])
  const [solar = 0n, battery = 0n, grid = 0n, generator = 0n] = parts
  const baseline = mwh((input.baselineW * sum.coveredMs) / 3_600_000)
  const flowsMwh = Object.fromEntries(flowNames.map(name => [name, mwh(flows[name])])) as Record<FlowName, bigint>
  return {
    loadMwh,
    // biome-ignore lint/complexity/useMathMinMax: Math.min does not take bigints
    baselineMwh: baseline < loadMwh ? baseline : loadMwh,
    bySource: { solar, battery, grid, generator },
    producedMwh: mwh(countedOr(input.producedCounted, sum.producedWh)),
    flowsMwh: {
      ...flowsMwh,
      pvToLoad: solar,
      batteryToLoad: battery,
      gridToLoad: grid,
      generatorToLoad: generator,
    },
    coveredMs: sum.coveredMs,
    quality: sum.completeMs >= slotMs * measuredShare ? 'measured' : 'partial',
  }
}

/** Milliwatt-hours as a decimal string of watt-hours with three places. */
export function whText(value: bigint): string {
  const text = value.toString().padStart(4, '0')
  return `${text.slice(0, -3)}.${text.slice(-3)}`
}
