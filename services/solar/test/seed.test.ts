import { afterAll, beforeAll, expect, test } from 'vitest'
import ours from '../seed/sites.json' with { type: 'json' }
import { sitesOf } from '../src/config.ts'
import { plant } from '../src/seed/jobs.ts'
import { seedOf } from '../src/seed/seed.ts'
import { type Bench, newSite, portal, roofSerial, solarBench } from './bench.ts'

let bench: Bench
beforeAll(async () => {
  bench = await solarBench()
})
afterAll(() => bench.end())

const roof = { inverterId: 7, vendor: 'opendtu' as const, name: 'Roof', serial: roofSerial, ratedW: 2000 }
const seed = [{ siteId: 3, ...newSite, inverters: [roof] }]
const names = async () => (await bench.pool.query('select id, name from site order by id')).rows

test('the sites of the first start are planted once, also by two who start at once', async () => {
  await Promise.all([plant(bench.db, seed, bench.clock.now()), plant(bench.db, seed, bench.clock.now())])
  expect(await names()).toEqual([{ id: 3n, name: 'Cairo roof' }])
  const { body } = await bench.ask('GET', '/api/admin/sites/3/inverters')
  expect(body.data.map((one: { inverterId: number }) => one.inverterId)).toEqual([7])
})

test('a later start leaves what people have made of a site, and adds what is new', async () => {
  await bench.ask('PATCH', '/api/admin/sites/3', { version: 1, name: 'Our roof' })
  const more = { inverterId: 8, vendor: 'victron' as const, name: 'Room', serial: portal, ratedW: 5000 }
  await plant(bench.db, [{ ...seed[0]!, inverters: [roof, more] }], bench.clock.now())
  expect(await names()).toEqual([{ id: 3n, name: 'Our roof' }])
  expect((await bench.pool.query('select id from inverter order by id')).rows).toEqual([{ id: 7n }, { id: 8n }])
})

test('what is added by hand begins above the ids of seeds', async () => {
  expect(await bench.addSite()).toBeGreaterThanOrEqual(1000)
})

test('the sites that come with us can be read, and a seed that cannot says where', () => {
  expect(sitesOf({ SITES: undefined }, ours).map(site => site.siteId)).toEqual([1])
  expect(sitesOf({ SITES: JSON.stringify(seed) }, ours).map(site => site.siteId)).toEqual([3])
  expect(() => seedOf([{ siteId: 1, ...newSite, lat: 300, inverters: [] }])).toThrow(/lat/)
  expect(() => seedOf([{ siteId: 1000, ...newSite, inverters: [] }])).toThrow(/siteId/)
})
