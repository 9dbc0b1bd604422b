import fc from 'fast-check'
import { expect, test } from 'vitest'
import { countedBetween, segmentsOf } from './counter.ts'

const limits = { maxW: 5000, maxGapMs: 60_000 }
const series = (...values: number[]) => values.map((wh, index) => ({ atMs: index * 10_000, wh }))
const counted = (...values: number[]) => countedBetween(segmentsOf(series(...values), limits), 0, 1e9).wh

test('a counter that rises gives its difference', () => {
  expect(counted(6283, 6290, 6301)).toBe(18)
})

test('one zero of a sleeping inverter is quarantined, and nothing is lost', () => {
  expect(counted(6283, 6290, 0, 6301)).toBe(18)
})

test('a counter that starts again at zero starts a new segment', () => {
  expect(counted(6283, 6290, 0, 5, 9)).toBe(7 + 9)
})

test('a counter that wraps is a reset: the step is not guessed', () => {
  expect(counted(4_294_967_290, 4_294_967_295, 3, 8)).toBe(5 + 5)
})

test('a leap above what the inverter can do is quarantined until it is confirmed', () => {
  expect(counted(6283, 900_000, 6290)).toBe(7)
  expect(counted(6283, 900_000, 900_007)).toBe(7)
})

test('a gap is a gap: what was counted in it belongs to no slot', () => {
  const samples = [
    { atMs: 0, wh: 100 },
    { atMs: 10_000, wh: 105 },
    { atMs: 500_000, wh: 400 },
    { atMs: 510_000, wh: 410 },
  ]
  expect(countedBetween(segmentsOf(samples, limits), 0, 1e9)).toEqual({ wh: 15, coveredMs: 20_000 })
})

test('the edges of a span are interpolated', () => {
  const segments = segmentsOf(series(0, 10, 20), limits)
  expect(countedBetween(segments, 5000, 15_000)).toEqual({ wh: 10, coveredMs: 10_000 })
})

test('neighbouring spans add up to the difference of the counter, whatever the cuts', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 2, maxLength: 60 }),
      fc.array(fc.integer({ min: 0, max: 600_000 }), { maxLength: 10 }),
      (rises, cuts) => {
        let wh = 1000
        const samples = rises.map((rise, index) => {
          wh += rise
          return { atMs: index * 10_000, wh }
        })
        const segments = segmentsOf(samples, limits)
        const edges = [0, ...cuts.toSorted((a, b) => a - b), 700_000]
        const sum = edges.slice(1).reduce((all, to, index) => all + countedBetween(segments, edges[index]!, to).wh, 0)
        expect(sum).toBeCloseTo(samples.at(-1)!.wh - samples[0]!.wh, 6)
      },
    ),
  )
})

test('energy is never negative and never above what the rating allows, whatever a counter says', () => {
  const sample = fc.record({
    step: fc.integer({ min: 1, max: 30_000 }),
    wh: fc.double({ min: 0, max: 1e12, noNaN: true }),
  })
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 40 }), raw => {
      let atMs = 0
      const samples = raw.map(one => {
        atMs += one.step
        return { atMs, wh: one.wh }
      })
      const { wh, coveredMs } = countedBetween(segmentsOf(samples, limits), 0, 1e9)
      expect(wh).toBeGreaterThanOrEqual(-1e-6)
      expect(wh).toBeLessThanOrEqual((limits.maxW * 1.2 * coveredMs) / 3_600_000 + 110 * samples.length + 1e-3)
    }),
  )
})
