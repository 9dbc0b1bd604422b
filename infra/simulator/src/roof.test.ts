import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import cairo from '../scenarios/cairo-roof.json' with { type: 'json' }
import { throughClouds } from './clouds.ts'
import { opendtuMessages } from './opendtu.ts'
import { firstRoof, productionW, step, walk } from './roof.ts'
import { Scenario } from './scenario.ts'
import { victronMessages } from './victron.ts'

const scenario = Scenario.parse(cairo)
const noon = new Date('2026-11-20T10:00:00Z')
const night = new Date('2026-11-20T22:00:00Z')
const later = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1000)
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)

describe('a roof', () => {
  it('balances: what flows in flows out', () => {
    fc.assert(
      fc.property(
        fc.record({
          minutes: fc.integer({ min: 0, max: 1440 * 365 }),
          charge: fc.double({ min: 0, max: 100, noNaN: true }),
          vcpus: fc.integer({ min: 0, max: 64 }),
          gridAvailable: fc.boolean(),
        }),
        ({ minutes, charge, vcpus, gridAvailable }) => {
          const at = later(noon, minutes * 60)
          const from = { ...firstRoof(scenario, at), chargePercent: charge }
          const roof = step(from, scenario, { at: later(at, 10), vcpus, override: { gridAvailable } })
          expect(sum(roof.pvW) + roof.batteryW + roof.gridW).toBeCloseTo(roof.loadW, 6)
          expect(roof.chargePercent).toBeGreaterThanOrEqual(0)
          expect(roof.chargePercent).toBeLessThanOrEqual(100)
        },
      ),
    )
  })

  it('charges at noon and discharges at night', () => {
    expect(
      step(firstRoof(scenario, noon), scenario, { at: later(noon, 10), vcpus: 1, override: {} }).batteryW,
    ).toBeLessThan(0)
    const dark = step(firstRoof(scenario, night), scenario, { at: later(night, 3600), vcpus: 1, override: {} })
    expect(sum(dark.pvW)).toBe(0)
    expect(dark.batteryW).toBeGreaterThan(0)
    expect(dark.chargePercent).toBeLessThan(scenario.battery.chargePercent)
  })

  it('holds what a test tells it to hold', () => {
    const held = step(firstRoof(scenario, noon), scenario, {
      at: later(noon, 1),
      vcpus: 0,
      override: { pvW: 0, chargePercent: 28 },
    })
    expect(sum(held.pvW)).toBe(0)
    expect(held.chargePercent).toBe(28)
  })

  it('has meters that never go back', () => {
    let roof = firstRoof(scenario, noon)
    for (let turn = 1; turn < 50; turn++) {
      const next = step(roof, scenario, { at: later(noon, turn * 1800), vcpus: 1, override: {} })
      expect(next.usedWh).toBeGreaterThanOrEqual(roof.usedWh)
      for (const [index, meter] of next.produced.entries())
        expect(meter.totalWh).toBeGreaterThanOrEqual(roof.produced[index]!.totalWh)
      roof = next
    }
  })

  it('gives the reference energy of a clear day within one per cent', () => {
    // 10 kWp flat in Cairo, computed by SPA, Haurwitz, NOCT 45 and PVWatts in five-minute steps.
    const flat = { ...scenario.devices[0]!, ratedW: 10_000, planes: [{ peakW: 10_000, tiltDeg: 0, azimuthDeg: 180 }] }
    for (const [day, airC, wh] of [
      ['2025-06-21', 35, 62_820],
      ['2025-12-21', 20, 29_260],
      ['2025-03-20', 25, 50_000],
    ] as const) {
      const clear = { ...scenario, cloudiness: 0, airC }
      const watts = Array.from({ length: 288 }, (_, slot) =>
        productionW(flat, clear, new Date(Date.parse(`${day}T00:00:00Z`) + slot * 300_000)),
      )
      expect(Math.abs(sum(watts) / 12 / wh - 1)).toBeLessThan(0.01)
    }
  })

  it('lives through the minutes of a fast clock, not through one long one', () => {
    const morning = new Date('2026-06-21T02:00:00Z')
    const clear = { ...scenario, cloudiness: 0 }
    const inputs = { vcpus: 0, override: {} }
    const slow = Array.from({ length: 600 }, (_, minute) => later(morning, (minute + 1) * 60)).reduce(
      (roof, at) => walk(roof, clear, { ...inputs, at }),
      firstRoof(clear, morning),
    )
    const fast = walk(firstRoof(clear, morning), clear, { ...inputs, at: later(morning, 600 * 60) })
    expect(fast).toEqual(slow)
    expect(fast.produced[0]!.totalWh).toBeGreaterThan(2000)
  })

  it('does not live through a month that the clock was set forward', () => {
    const roof = walk(firstRoof(scenario, noon), scenario, { at: later(noon, 31 * 86_400), vcpus: 0, override: {} })
    expect(roof.usedWh).toBeLessThan(49 * 500)
  })

  it('has the same weather at the same moment, and none under a clear sky', () => {
    expect(throughClouds(noon, 0.7)).toBe(throughClouds(noon, 0.7))
    expect(throughClouds(noon, 0)).toBe(1)
    fc.assert(
      fc.property(
        fc.date({ min: noon, noInvalidDate: true }),
        at => throughClouds(at, 1) >= 0.1 - 1e-9 && throughClouds(at, 1) <= 1,
      ),
    )
  })
})

describe('the inverters', () => {
  const roof = step(firstRoof(scenario, noon), scenario, { at: later(noon, 10), vcpus: 1, override: {} })
  const dark = step(firstRoof(scenario, night), scenario, { at: later(night, 10), vcpus: 1, override: {} })

  it('of OpenDTU give day energy in Wh, total energy in kWh, and nothing but their state at night', () => {
    const said = Object.fromEntries(
      opendtuMessages(scenario.devices[0]!, roof, { scenario, index: 0 }).map(({ topic, payload }) => [topic, payload]),
    )
    expect(Number(said['solar/116180001234/0/yieldtotal']) * 1000).toBeCloseTo(roof.produced[0]!.totalWh, -1)
    expect(said['solar/116180001234/0/power']).toMatch(/^\d+\.\d$/)
    expect(opendtuMessages(scenario.devices[0]!, dark, { scenario, index: 0 }).map(({ topic }) => topic)).toEqual([
      'solar/116180001234/status/reachable',
      'solar/116180001234/status/producing',
      'solar/dtu/status',
    ])
  })

  it('of Victron count the battery + when it charges', () => {
    const power = (at: typeof roof): number => {
      const said = victronMessages(scenario.devices[1]!, at, { scenario, index: 1 })
      return JSON.parse(said.find(({ topic }) => topic.endsWith('Battery/Power'))!.payload).value
    }
    expect(power(roof)).toBeGreaterThan(0)
    expect(power(dark)).toBeLessThan(0)
  })
})
