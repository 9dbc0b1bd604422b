import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Bench, roofSerial, solarBench } from './bench.ts'

let bench: Bench
let siteId: number
let roof: number
beforeAll(async () => {
  bench = await solarBench()
})
afterAll(() => bench.end())
beforeEach(async () => {
  bench.clock.set('2026-06-21T09:00:00Z')
  siteId = await bench.addSite()
  roof = await bench.addRoof(siteId)
})

const news = async () =>
  (await bench.said('inverter.online', 'inverter.offline'))
    .filter(one => one.subject === String(roof))
    .map(one => [one.type, (one.data as { cause?: string }).cause])
const energy = async () =>
  (await bench.ask('GET', '/api/public/energy')).body.data.find((site: { siteId: number }) => site.siteId === siteId)

test('an inverter that speaks is there, said once', async () => {
  await bench.presence()
  expect(await news()).toEqual([])
  await bench.roofSays(roof, 900)
  await bench.presence()
  await bench.presence()
  expect(await news()).toEqual([['inverter.online', undefined]])
  expect(await energy()).toMatchObject({ pvW: 900, loadW: 900, quality: 'measured', age: 0 })
})

test('two looks at once say once that an inverter came, and once that it went', async () => {
  const looks = () => Promise.all(Array.from({ length: 6 }, () => bench.presence()))
  await bench.roofSays(roof, 900)
  await looks()
  expect(await news()).toEqual([['inverter.online', undefined]])
  bench.clock.advance(31_000)
  await looks()
  expect(await news()).toEqual([
    ['inverter.online', undefined],
    ['inverter.offline', 'silence'],
  ])
})

test('silence by day is a fault, with the time of the last word', async () => {
  await bench.roofSays(roof, 900)
  await bench.presence()
  bench.clock.advance(31_000)
  await bench.presence()
  expect(await news()).toEqual([
    ['inverter.online', undefined],
    ['inverter.offline', 'silence'],
  ])
  const offline = (await bench.said('inverter.offline')).find(one => one.subject === String(roof))
  expect(offline?.data).toMatchObject({
    inverterId: roof,
    siteId,
    vendor: 'opendtu',
    lastSeenAt: '2026-06-21T09:00:00.000Z',
  })
  expect(await energy()).toMatchObject({ pvW: null, quality: 'stale', age: 31 })
})

test('a clock that is set forward while everybody is looked at makes nobody silent', async () => {
  await bench.roofSays(roof, 900)
  await bench.presence()
  const looking = bench.presence()
  bench.clock.advance(30 * 86_400_000)
  await looking
  expect(await news()).toEqual([['inverter.online', undefined]])
})

test('silence by night is sleep, and a roof that does not wake is a fault', async () => {
  bench.clock.set('2026-06-21T16:55:00Z')
  await bench.roofSays(roof, 3)
  await bench.presence()
  bench.clock.advance(60_000)
  await bench.presence()
  expect(await energy()).toMatchObject({ pvW: 0, quality: 'measured' })
  bench.clock.set('2026-06-22T06:00:00Z')
  await bench.presence()
  expect(await news()).toEqual([
    ['inverter.online', undefined],
    ['inverter.offline', 'night'],
    ['inverter.offline', 'silence'],
  ])
})

test('a roof that wakes with the sun is there again', async () => {
  bench.clock.set('2026-06-21T16:55:00Z')
  await bench.roofSays(roof, 3)
  await bench.presence()
  bench.clock.set('2026-06-22T03:50:00Z')
  await bench.presence()
  await bench.roofSays(roof, 12)
  await bench.presence()
  expect((await news()).map(([type]) => type)).toEqual(['inverter.online', 'inverter.offline', 'inverter.online'])
})

test('an inverter that its gateway cannot reach is unreachable, whatever the gateway repeats of it', async () => {
  await bench.roofSays(roof, 900)
  await bench.presence()
  await bench.arrive(roof, { [`solar/${roofSerial}/status/reachable`]: '0' })
  await bench.roofSays(roof, 230)
  await bench.presence()
  expect(await news()).toEqual([
    ['inverter.online', undefined],
    ['inverter.offline', 'unreachable'],
  ])
  const { rows } = await bench.pool.query(
    "select value from reading where inverter_id = $1 and quantity = 'ac_power'",
    [roof],
  )
  expect(rows).toEqual([{ value: '900.000000' }])
})

test('the public page shows the sun where the site is', async () => {
  const { sunElevation, level, name } = await energy()
  expect([name, level]).toEqual(['Cairo roof', 'normal'])
  expect(sunElevation).toBeGreaterThan(70)
})
