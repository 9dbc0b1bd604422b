import fc from 'fast-check'
import { expect, test } from 'vitest'
import { apportion } from './apportion.ts'
import { flowsOf, type Power } from './flow.ts'
import { closeSlot, type Sample, type SlotInput, slotMs, slotStart, whText } from './slot.ts'

const from = Date.parse('2026-06-21T10:00:00Z')
const idle: Power = { pvW: 0, loadW: 0, batteryW: 0, gridW: 0, generatorW: 0 }
const every = (stepMs: number, power: (atMs: number) => Partial<Sample>): Sample[] =>
  Array.from({ length: slotMs / stepMs + 3 }, (_, index) => {
    const atMs = from - stepMs + index * stepMs
    return { atMs, holdMs: 60_000, ...idle, ...power(atMs) }
  })
const input = (samples: Sample[], more: Partial<SlotInput> = {}): SlotInput => ({
  fromMs: from,
  samples,
  loadCounted: null,
  producedCounted: null,
  baselineW: 100,
  metered: { battery: true, grid: false },
  unexplained: 'battery',
  ...more,
})

test('the sun serves the load first, then the battery, then the grid', () => {
  expect(flowsOf({ pvW: 3000, loadW: 1000, batteryW: -1500, gridW: -500, generatorW: 0 })).toMatchObject({
    pvToLoad: 1000,
    pvToBattery: 1500,
    pvToGrid: 500,
    batteryToLoad: 0,
  })
})

test('what the sun leaves open is the battery, then the generator, then the grid', () => {
  expect(flowsOf({ pvW: 200, loadW: 1000, batteryW: 300, gridW: 400, generatorW: 100 })).toMatchObject({
    pvToLoad: 200,
    batteryToLoad: 300,
    generatorToLoad: 100,
    gridToLoad: 400,
    gridToBattery: 0,
  })
})

test('charging from the grid is not sun', () => {
  expect(flowsOf({ pvW: 0, loadW: 500, batteryW: -1000, gridW: 1500, generatorW: 0 })).toMatchObject({
    gridToLoad: 500,
    gridToBattery: 1000,
    pvToBattery: 0,
  })
})

test('a steady hour of powers gives its watt-hours by source', () => {
  const slot = closeSlot(input(every(10_000, () => ({ pvW: 600, loadW: 1200, batteryW: 600 }))))!
  expect(whText(slot.loadMwh)).toBe('100.000')
  expect(slot.bySource).toEqual({ solar: 50_000n, battery: 50_000n, grid: 0n, generator: 0n })
  expect(whText(slot.producedMwh)).toBe('50.000')
  expect(whText(slot.baselineMwh)).toBe('8.333')
  expect(slot.quality).toBe('measured')
})

test('a rising sun that meets the load in the middle of the slot is attributed on both sides of the bend', () => {
  const slot = closeSlot(
    input(
      every(60_000, atMs => {
        const pvW = ((atMs - from) / slotMs) * 2000
        return { pvW: Math.max(0, pvW), loadW: 1000, batteryW: 1000 - pvW }
      }),
    ),
  )!
  // Sun into the load: a triangle to the middle, then the whole load: 1000 W × (¼ + ½) of five minutes.
  expect(Number(slot.bySource.solar)).toBeGreaterThan(62_000)
  expect(Number(slot.bySource.solar)).toBeLessThan(62_600)
})

test("the load is the counter's where it covers the slot, and the split still adds up", () => {
  const samples = every(10_000, () => ({ pvW: 400, loadW: 1200, batteryW: 800 }))
  const slot = closeSlot(input(samples, { loadCounted: { wh: 101.2347, coveredMs: slotMs } }))!
  expect(whText(slot.loadMwh)).toBe('101.235')
  expect(slot.bySource.solar + slot.bySource.battery).toBe(101_235n)
  const half = closeSlot(input(samples, { loadCounted: { wh: 50, coveredMs: slotMs / 2 } }))!
  expect(whText(half.loadMwh)).toBe('100.000')
})

test('a load that no meter explains is the battery, the grid or the sun as the site says', () => {
  const samples = every(10_000, () => ({ loadW: 1200 }))
  expect(closeSlot(input(samples))!.bySource.battery).toBe(100_000n)
  expect(closeSlot(input(samples, { unexplained: 'grid' }))!.bySource.grid).toBe(100_000n)
})

test('nothing heard is no slot; half heard is a partial one with what was heard', () => {
  expect(closeSlot(input([]))).toBeNull()
  expect(closeSlot(input([{ atMs: from + 1000, holdMs: 60_000, ...idle }]))).toBeNull()
  const half = every(10_000, () => ({ loadW: 1200, pvW: 1200 })).filter(one => one.atMs <= from + slotMs / 2)
  expect(closeSlot(input(half))).toMatchObject({ loadMwh: 50_000n, quality: 'partial', coveredMs: slotMs / 2 })
})

test('two samples across an outage are not a bridge', () => {
  const samples = [
    { atMs: from - 1000, holdMs: 60_000, ...idle, loadW: 1000 },
    { atMs: from + slotMs + 1000, holdMs: 60_000, ...idle, loadW: 1000 },
  ]
  expect(closeSlot(input(samples))).toBeNull()
})

test('an unknown roof leaves the load known and the slot partial', () => {
  const slot = closeSlot(input(every(10_000, () => ({ pvW: null, loadW: 1200, batteryW: 900 }))))!
  expect(slot).toMatchObject({ loadMwh: 100_000n, quality: 'partial' })
})

test('a slot is measured only while battery and grid are known, where the site has meters for them', () => {
  const qualityOf = (power: Partial<Sample>, metered: SlotInput['metered']) =>
    closeSlot(
      input(
        every(10_000, () => ({ pvW: 300, loadW: 1200, ...power })),
        { metered },
      ),
    )!.quality
  const both = { battery: true, grid: true }
  expect(qualityOf({ batteryW: 900 }, both)).toBe('measured')
  expect(qualityOf({ batteryW: null, gridW: 900 }, both)).toBe('partial')
  expect(qualityOf({ batteryW: null, gridW: 900 }, { battery: false, grid: true })).toBe('measured')
  expect(qualityOf({ batteryW: 100, gridW: null }, both)).toBe('partial')
  expect(qualityOf({ batteryW: 100, gridW: null }, { battery: true, grid: false })).toBe('measured')
  // Islanded: the inverter says nothing of the grid, and sun and battery carry the load.
  expect(qualityOf({ batteryW: 950, gridW: null }, both)).toBe('measured')
})

test('slots are aligned to five minutes of UTC', () => {
  expect(slotStart(Date.parse('2026-04-24T00:04:59.999Z'))).toBe(Date.parse('2026-04-24T00:00:00Z'))
  expect(slotStart(from)).toBe(from)
})

test('whatever the powers, the sources add up to the load to the milliwatt-hour', () => {
  const watts = fc.double({ min: 0, max: 20_000, noNaN: true })
  const signed = fc.double({ min: -20_000, max: 20_000, noNaN: true })
  const power = fc.record({ pvW: watts, loadW: watts, batteryW: signed, gridW: signed, generatorW: watts })
  fc.assert(
    fc.property(fc.array(power, { minLength: 2, maxLength: 40 }), powers => {
      const samples = powers.map((one, index) => ({ atMs: from + index * 7777, holdMs: 60_000, ...one }))
      const slot = closeSlot(input(samples))!
      const { solar, battery, grid, generator } = slot.bySource
      expect(solar + battery + grid + generator).toBe(slot.loadMwh)
      expect([solar, battery, grid, generator].every(part => part >= 0n)).toBe(true)
      expect(slot.baselineMwh <= slot.loadMwh).toBe(true)
    }),
  )
})

test('parts are whole, add up and keep the order of the weights', () => {
  expect(apportion(10n, [1, 1, 1])).toEqual([4n, 3n, 3n])
  expect(apportion(5n, [0, 0])).toEqual([5n, 0n])
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 10n ** 12n }),
      fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 8 }),
      (total, weights) => {
        const parts = apportion(total, weights)
        expect(parts.reduce((all, part) => all + part, 0n)).toBe(total)
        expect(parts.every(part => part >= 0n)).toBe(true)
      },
    ),
  )
})

test('watt-hours are written with three places', () => {
  expect([whText(0n), whText(7n), whText(1234n), whText(1_000_000n)]).toEqual(['0.000', '0.007', '1.234', '1000.000'])
})
