import { businessClock } from '@sahary/clock/clock'
import { Scenario } from '@sahary/simulator/scenario'
import cairo from '@sahary/simulator/scenarios/cairo-roof.json' with { type: 'json' }
import { openSite, type Site } from '@sahary/simulator/site'
import { eventually } from '@sahary/testing/eventually'
import { type TestMosquitto, testMosquitto } from '@sahary/testing/mosquitto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lead } from '../src/app.ts'
import { type Bench, solarBench } from './bench.ts'

// One business minute passes in a tenth of a second.
const clock = businessClock({
  realAt: new Date().toISOString(),
  businessAt: '2026-06-21T09:00:00Z',
  rate: 600,
})
const scenario = { ...Scenario.parse(cairo), cloudiness: 0 }
let bench: Bench
let broker: TestMosquitto
let site: Site
let siteId: number
const ending = new AbortController()
let led: Promise<void>

beforeAll(async () => {
  bench = await solarBench()
  broker = await testMosquitto()
  siteId = await bench.addSite({ ladder: {}, baselineW: 120 })
  led = lead({ ...bench.deps, clock }, broker.url, ending.signal)
  const connections = []
  for (const { vendor, name, serial, ratedW } of scenario.devices) {
    const settings = vendor === 'victron' ? { loadMeter: 'acload/40' } : {}
    const body = { vendor, name, serial, ratedW, settings }
    const { body: made } = await bench.ask('POST', `/api/admin/sites/${siteId}/inverters`, body)
    connections.push({ url: `mqtt://127.0.0.1:${broker.devicePort}`, ...made.data.credentials })
  }
  site = openSite({ scenario, connections, clock, logger: bench.logger, everyMs: 100 })
})
afterAll(async () => {
  await site.stop()
  ending.abort()
  await led
  await broker.stop()
  await bench.end()
})

type Closed = {
  from: string
  to: string
  loadWh: string
  producedWh: string
  bySource: Record<string, string>
  quality: string
}
const closed = async () => (await bench.said('energy.slot_closed')).map(one => one.data as Closed)
const levels = async () => (await bench.said('power.level_changed')).map(one => (one.data as { level: string }).level)

test('a roof of two vendors under a fast clock becomes slots that follow one another and add up', async () => {
  await eventually(async () => expect((await closed()).length).toBeGreaterThan(8), { withinMs: 20_000 })
  const slots = (await closed()).slice(1)
  for (const [index, slot] of slots.entries()) {
    const parts = Object.values(slot.bySource).reduce((sum, part) => sum + Math.round(Number(part) * 1000), 0)
    expect(parts).toBe(Math.round(Number(slot.loadWh) * 1000))
    expect(slot.quality).toBe('measured')
    expect(slot.from).toBe(slots[index - 1]?.to ?? slot.from)
  }
  // About 180 W + 220 W around noon, for five minutes.
  expect(Number(slots.at(-1)?.loadWh)).toBeGreaterThan(28)
  expect(Number(slots.at(-1)?.loadWh)).toBeLessThan(38)
  expect(Number(slots.at(-1)?.bySource.solar)).toBeGreaterThan(28)
})

test("the slots' load is the difference of the meter's own counter, to the milliwatt-hour", async () => {
  const slots = (await closed()).slice(1)
  const { rows } = await bench.pool.query(
    "select at, value::float8 as wh from reading where quantity = 'load_energy_total' order by at",
  )
  const shown = (at: number): number => {
    const after = rows.findIndex(row => row.at.getTime() >= at)
    const [a, b] = [rows[after - 1], rows[after]]
    const share = (at - a.at.getTime()) / (b.at.getTime() - a.at.getTime())
    return Math.round((a.wh + (b.wh - a.wh) * share) * 1000)
  }
  const booked = slots.reduce((sum, slot) => sum + Math.round(Number(slot.loadWh) * 1000), 0)
  expect(booked).toBe(shown(Date.parse(slots.at(-1)!.to)) - shown(Date.parse(slots[0]!.from)))
})

test('a battery at 28 % without sun sheds, and the returning sun restores', async () => {
  site.override({ pvW: 0, chargePercent: 28 })
  await eventually(async () => expect((await levels()).slice(0, 2)).toEqual(['watch', 'low']), { withinMs: 20_000 })
  expect((await bench.said('power.low'))[0]?.data).toMatchObject({ siteId, level: 'low', chargePercent: 28 })
  site.override({ chargePercent: 90 })
  await eventually(async () => expect((await levels()).at(-1)).toBe('normal'), { withinMs: 25_000 })
  expect(await bench.said('power.restored')).toHaveLength(1)
  expect((await bench.said('inverter.offline')).length).toBe(0)
})

test('a clock that is set forward by a month makes nobody silent', async () => {
  const before = { levels: await levels(), offline: (await bench.said('inverter.offline')).length }
  clock.adopt({ realAt: new Date().toISOString(), businessAt: '2026-07-21T09:00:00Z', rate: 600 })
  await eventually(
    async () => expect(Date.parse((await closed()).at(-1)!.from)).toBeGreaterThan(Date.parse('2026-07-21T10:00:00Z')),
    {
      withinMs: 20_000,
    },
  )
  expect(await levels()).toEqual(before.levels)
  expect(await bench.said('inverter.offline')).toHaveLength(before.offline)
})
