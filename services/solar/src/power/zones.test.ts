import { sunPosition } from '@sahary/sun/position'
import { afterAll, expect, test } from 'vitest'
import { observe } from '../live/observe.ts'
import { closeSlot, slotMs, slotStart } from '../slot/slot.ts'
import { inputsOf } from './inputs.ts'
import { rulesOf } from './rules.ts'
import { startState, step } from './step.ts'

const home = process.env.TZ
const zones = ['UTC', 'Africa/Cairo', 'America/Los_Angeles']
afterAll(() => {
  process.env.TZ = home
})

/** A day of rules around the hour that Cairo's clocks leave out, as one text. */
function day(): string {
  const start = Date.parse('2026-04-23T21:00:00Z')
  const site = { ratedW: 5000, batteryUsableWh: 9000, batteryReservePercent: 10, noticeS: 900, ladder: {} }
  const said: unknown[] = []
  let state = startState(new Date(start))
  for (let minute = 0; minute < 240; minute += 1) {
    const now = new Date(start + minute * 60_000)
    const observed = observe({ siteId: 1, place: { lat: 30.0444, lon: 31.2357 }, devices: [] }, now, 1)
    const { inputs } = inputsOf(site, observed, null, now)
    const charge = 60 - minute / 4
    const next = step(
      state,
      { ...inputs, chargePercent: charge, discharging: true, silent: false },
      now,
      rulesOf({}, 900),
    )
    state = next.state
    said.push(next.change, slotStart(now.getTime()), sunPosition(now, { lat: 30.0444, lon: 31.2357 }).elevationDeg)
  }
  const sample = { holdMs: 600_000, pvW: 0, loadW: 500, batteryW: 500, gridW: 0, generatorW: 0 }
  const samples = [0, slotMs].map(offset => ({ atMs: start + offset, ...sample }))
  const none = { loadCounted: null, producedCounted: null, metered: { battery: true, grid: false } }
  const slot = closeSlot({ fromMs: start, samples, baselineW: 100, unexplained: 'battery', ...none })
  return JSON.stringify([said, slot], (_, value) => (typeof value === 'bigint' ? String(value) : value))
}

test.each(zones)('with TZ=%s the rules say what they say anywhere', zone => {
  process.env.TZ = 'UTC'
  const expected = day()
  process.env.TZ = zone
  // A machine in that zone indeed, or the test would prove nothing.
  expect(new Date('2026-06-21T12:00:00Z').getHours()).toBe(
    { UTC: 12, 'Africa/Cairo': 15, 'America/Los_Angeles': 5 }[zone],
  )
  expect(day()).toBe(expected)
})
