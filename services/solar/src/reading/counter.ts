/** One reading of an energy counter: milliseconds and watt-hours. */
export type CounterSample = { atMs: number; wh: number }

/** A run of readings over which differences are energy: it never falls, never leaps and has no hole. */
export type Segment = CounterSample[]

/** What a counter may do: watts it can count at most, and how long it may be silent within one segment. */
export type CounterLimits = { maxW: number; maxGapMs: number }

/** Above rating × elapsed × this a rise is a leap, not energy. */
const tolerance = 1.2

/** The coarsest counter we know steps by 0.1 kWh; one such step is never a leap. */
const stepWh = 110

/** True when `next` can follow `last` by nothing but energy. */
function follows(last: CounterSample, next: CounterSample, limits: CounterLimits): boolean {
  const rise = next.wh - last.wh
  const hours = (next.atMs - last.atMs) / 3_600_000
  return rise >= 0 && rise <= limits.maxW * hours * tolerance + stepWh
}

/**
 * Cuts raw readings (in order of time) into segments. A fall (reset, wrap, replaced device) or a leap starts a segment
 * of its own only when the next reading confirms it; one stray value is quarantined. The difference across a cut is
 * nobody's energy.
 */
export function segmentsOf(samples: readonly CounterSample[], limits: CounterLimits): Segment[] {
  const segments: Segment[] = []
  let stray: CounterSample | undefined
  for (const sample of samples) {
    const current = segments.at(-1)
    const last = current?.at(-1)
    const gap = last !== undefined && sample.atMs - last.atMs > limits.maxGapMs
    if (!current || !last || gap) {
      segments.push([sample])
      stray = undefined
    } else if (follows(last, sample, limits)) {
      current.push(sample)
      stray = undefined
    } else if (stray && follows(stray, sample, limits)) {
      segments.push([stray, sample])
      stray = undefined
    } else {
      stray = sample
    }
  }
  return segments
}

/** What the counter showed at `atMs` between two readings, in whole milliwatt-hours. */
const at = (before: CounterSample, after: CounterSample, atMs: number): number =>
  Math.round(
    (before.wh + ((after.wh - before.wh) * (atMs - before.atMs)) / Math.max(1, after.atMs - before.atMs)) * 1000,
  )

/**
 * Watt-hours counted in [fromMs, toMs) and the milliseconds of it that the counter covers. Edges are interpolated and
 * rounded as readings, not as differences, so that neighbouring spans add up to the counter's own difference exactly.
 */
export function countedBetween(
  segments: readonly Segment[],
  fromMs: number,
  toMs: number,
): { wh: number; coveredMs: number } {
  let mwh = 0
  let coveredMs = 0
  for (const segment of segments) {
    for (const [index, after] of segment.entries()) {
      const before = segment[index - 1]
      if (!before) continue
      const start = Math.max(before.atMs, fromMs)
      const end = Math.min(after.atMs, toMs)
      if (end <= start) continue
      mwh += at(before, after, end) - at(before, after, start)
      coveredMs += end - start
    }
  }
  return { wh: mwh / 1000, coveredMs }
}
