import { expect, test } from 'vitest'
import { isSettled, lookAgain, observeInterval, presenceOf, silentAfterMs } from './freshness.ts'
import { type LiveDevice, siteLive } from './live.ts'

const online = { online: true, cause: null }
const seenAt = new Date('2026-06-21T10:00:00Z')
const roof: LiveDevice = {
  measures: ['pv'],
  presence: online,
  seenAt,
  latest: [
    { quantity: 'ac_power', part: '114172608275', value: 950 },
    { quantity: 'pv_power', part: '114172608275', value: 1000 },
  ],
}
const hybrid: LiveDevice = {
  measures: ['pv', 'battery', 'grid', 'load', 'generator'],
  presence: online,
  seenAt,
  latest: [
    { quantity: 'pv_power', part: 'system/0', value: 2000 },
    { quantity: 'battery_power', part: '', value: -1500 },
    { quantity: 'battery_soc', part: '', value: 61 },
    { quantity: 'grid_power', part: 'L1', value: -100 },
    { quantity: 'grid_power', part: 'L2', value: 40 },
    { quantity: 'load_power', part: 'L1', value: 900 },
    { quantity: 'load_power', part: '', value: 1390 },
  ],
}
const gone = (device: LiveDevice, cause: 'night' | 'silence' | 'unreachable'): LiveDevice => ({
  ...device,
  presence: { online: false, cause },
})

test('devices of two vendors add up to one site: AC side of the roof, phases of the grid, the whole of the load', () => {
  expect(siteLive([roof, hybrid])).toEqual({
    pvW: 2950,
    batteryW: -1500,
    gridW: -60,
    generatorW: null,
    loadW: 1390,
    chargePercent: 61,
    seenAt,
    quality: 'measured',
  })
})

test('by night a sleeping roof gives nothing and is no fault', () => {
  const live = siteLive([gone(roof, 'night'), hybrid])
  expect(live.pvW).toBe(2000)
  expect(live.quality).toBe('measured')
})

test('by day a silent roof makes the production unknown, not smaller', () => {
  const live = siteLive([gone(roof, 'silence'), hybrid])
  expect(live.pvW).toBeNull()
  expect(live).toMatchObject({ loadW: 1390, quality: 'partial' })
})

test('half a sum is not a sum, whatever is summed; a device that never spoke has no share yet', () => {
  const both = siteLive([hybrid, gone(hybrid, 'silence')])
  expect(both).toMatchObject({ pvW: null, batteryW: null, gridW: null, loadW: null, quality: 'partial' })
  expect(siteLive([roof, gone({ ...hybrid, measures: ['battery'] }, 'silence')]).loadW).toBeNull()
  const announced = { ...gone(hybrid, 'silence'), seenAt: null, latest: [] }
  expect(siteLive([hybrid, announced])).toMatchObject({ loadW: 1390, batteryW: -1500, quality: 'partial' })
})

test('of two batteries the emptier counts, also when it is the one that fell silent', () => {
  const empty = { ...hybrid, latest: [{ quantity: 'battery_soc', part: '', value: 22 }] }
  expect(siteLive([hybrid, empty]).chargePercent).toBe(22)
  expect(siteLive([hybrid, gone(empty, 'silence')]).chargePercent).toBe(22)
  expect(siteLive([gone(hybrid, 'silence'), gone(empty, 'silence')]).chargePercent).toBeNull()
})

test('the last power of an inverter that its gateway no longer reaches is not counted on', () => {
  const said = (part: string, watts: number, reachable: number) => [
    { quantity: 'ac_power', part, value: watts },
    { quantity: 'reachable', part, value: reachable },
  ]
  const latest = [...said('114172608275', 950, 0), ...said('116180001234', 400, 1)]
  expect(siteLive([{ ...roof, latest }]).pvW).toBe(400)
})

test('without a load meter the load is what the sources give, and never negative', () => {
  expect(siteLive([roof]).loadW).toBe(950)
  const exporting: LiveDevice = {
    ...hybrid,
    measures: ['grid'],
    latest: [{ quantity: 'grid_power', part: '', value: -4116 }],
  }
  expect(siteLive([roof, exporting]).loadW).toBe(0)
})

test('a site that never spoke is not the same as a site that fell silent', () => {
  expect(siteLive([{ ...roof, seenAt: null, presence: { online: false, cause: 'silence' } }]).quality).toBe('none')
  expect(siteLive([gone(hybrid, 'silence')])).toMatchObject({ quality: 'stale', loadW: null, chargePercent: null })
  expect(siteLive([])).toMatchObject({ quality: 'none', pvW: null, seenAt: null })
})

test('a sum that no site can have is not known', () => {
  const absurd = { ...roof, latest: [{ quantity: 'ac_power', part: '114172608275', value: 4e7 }] }
  expect(siteLive([absurd]).pvW).toBe(4e7)
  expect(siteLive([absurd, absurd, hybrid])).toMatchObject({ pvW: null, loadW: 1390 })
})

test('a value that does not apply now is unknown, not zero', () => {
  const idle: LiveDevice = { ...hybrid, latest: [{ quantity: 'battery_power', part: '', value: null }] }
  expect(siteLive([idle]).batteryW).toBeNull()
})

test('silence is three intervals, between 30 s and 15 min, and five real seconds are always forgiven', () => {
  expect(silentAfterMs(null, 1)).toBe(30_000)
  expect(silentAfterMs(60_000, 1)).toBe(180_000)
  expect(silentAfterMs(3_600_000, 1)).toBe(900_000)
  expect(silentAfterMs(5000, 600)).toBe(3_000_000)
  expect(silentAfterMs(5000, 0)).toBe(30_000)
})

test('an interval is learned from gaps, not from bursts and not from outages', () => {
  expect(observeInterval(null, 5000)).toBe(5000)
  expect(observeInterval(5000, 3)).toBe(5000)
  expect(observeInterval(5000, 10_000)).toBe(6000)
  expect(observeInterval(5000, 3_600_000)).toBe(5000)
})

test.each([
  [
    { ageMs: 10, saysGone: false, asleep: true },
    { online: true, cause: null },
  ],
  [
    { ageMs: 40_000, saysGone: false, asleep: true },
    { online: false, cause: 'night' },
  ],
  [
    { ageMs: 40_000, saysGone: false, asleep: false },
    { online: false, cause: 'silence' },
  ],
  [
    { ageMs: 10, saysGone: true, asleep: false },
    { online: false, cause: 'unreachable' },
  ],
  [
    { ageMs: 10, saysGone: true, asleep: true },
    { online: false, cause: 'night' },
  ],
])('a device with %o is %o', (device, presence) => {
  expect(presenceOf({ silentMs: 30_000, ...device })).toEqual(presence)
})

test('a clock that is set forward gives devices five real seconds to speak; one that runs fast does not', () => {
  const first = lookAgain(undefined, { realMs: 0, businessMs: 0 }, 600)
  const fast = lookAgain(first, { realMs: 200, businessMs: 120_000 }, 600)
  expect([isSettled(first), isSettled(fast)]).toEqual([true, true])
  const month = 30 * 86_400_000
  const jumped = lookAgain(fast, { realMs: 400, businessMs: month }, 600)
  const soon = lookAgain(jumped, { realMs: 5300, businessMs: month + 2_940_000 }, 600)
  const later = lookAgain(soon, { realMs: 5500, businessMs: month + 3_060_000 }, 600)
  expect([isSettled(jumped), isSettled(soon), isSettled(later)]).toEqual([false, false, true])
})
