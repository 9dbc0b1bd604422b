import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Arrived } from '../src/reading/reading.ts'
import { type Bench, portal, solarBench } from './bench.ts'

let bench: Bench
let siteId: number
let hybrid: number
beforeAll(async () => {
  bench = await solarBench()
})
afterAll(() => bench.end())
beforeEach(async () => {
  bench.clock.set('2026-06-21T09:00:00Z')
  siteId = await bench.addSite()
  hybrid = await bench.addHybrid(siteId)
})

test('a device that invents two thousand serials does not blind its site', async () => {
  const roof = await bench.addRoof(siteId)
  for (const watts of ['50000000', '50000']) {
    const serials = Array.from({ length: 2001 }, (_, index) => index.toString().padStart(12, '0'))
    await bench.arrive(roof, Object.fromEntries(serials.map(serial => [`solar/${serial}/0/power`, watts])))
    bench.clock.advance(5000)
  }
  await bench.hybridSays(hybrid, { soc: 60, batteryW: 500, loadW: 900 })
  const { body } = await bench.ask('GET', '/api/public/energy')
  const site = body.data.find((one: { siteId: number }) => one.siteId === siteId)
  expect(site).toMatchObject({ batteryW: 500, loadW: 900, chargePercent: 60 })
  const { rows } = await bench.pool.query('select count(*)::int as n from live_value where inverter_id = $1', [roof])
  expect(rows).toEqual([{ n: 128 }])
})

test('messages that waited for the database for forty seconds give the energy that they would have given at once', async () => {
  const words = (loadW: number) => ({
    [`N/${portal}/system/0/Dc/Battery/Power`]: JSON.stringify({ value: -loadW }),
    [`N/${portal}/system/0/Ac/Consumption/L1/Power`]: JSON.stringify({ value: loadW }),
    [`N/${portal}/system/0/Dc/Pv/Power`]: '{"value": 0}',
  })
  let waiting: Arrived[] = []
  for (let second = 0; second <= 320; second += 5) {
    // More while the database is away, so that a stretch which is left out or bridged shows.
    const away = second >= 120 && second < 160
    waiting.push(...bench.arrivedNow(hybrid, words(away ? 2400 : 1200)))
    if (!away) {
      await bench.take(waiting)
      waiting = []
    }
    bench.clock.advance(5000)
  }
  await bench.close()
  const said = (await bench.said('energy.slot_closed')).filter(one => one.subject === String(siteId))
  // 1200 W for five minutes, and as much again for the forty seconds from one ramp's middle to the other's.
  expect(said[0]?.data).toMatchObject({ loadWh: (100 + (1200 * 40) / 3600).toFixed(3), quality: 'measured' })
})

test('a slot is not closed past a message that waits', async () => {
  for (let second = 0; second <= 360; second += 20) {
    await bench.hybridSays(hybrid, { soc: 60, batteryW: 1200, loadW: 1200 })
    bench.clock.advance(20_000)
  }
  expect(await bench.close(() => new Date('2026-06-21T09:04:59Z'))).toBe(0)
  expect(await bench.close()).toBe(1)
})
