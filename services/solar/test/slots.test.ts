import { transaction } from '@sahary/db/transaction'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { closeNext } from '../src/slot/actions.ts'
import { slotsOfDay } from '../src/slot/store.ts'
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
  hybrid = await bench.addHybrid(siteId, { loadMeter: 'acload/40' })
})

type Closed = {
  from: string
  loadWh: string
  bySource: Record<string, string>
  producedWh: string
  quality: string
  toBatteryWh: string
}
const closed = async (): Promise<Closed[]> =>
  (await bench.said('energy.slot_closed')).filter(one => one.subject === String(siteId)).map(one => one.data as Closed)

type Words = { pvW: number; loadW: number; counterKwh?: number }
type Says = (second: number) => Words

async function speak({ pvW, loadW, counterKwh }: Words): Promise<void> {
  await bench.hybridSays(hybrid, { soc: 60, pvW, loadW, batteryW: loadW - pvW })
  if (counterKwh === undefined) return
  await bench.arrive(hybrid, { [`N/${portal}/acload/40/Ac/Energy/Forward`]: JSON.stringify({ value: counterKwh }) })
}

/** The hybrid speaks every twenty seconds (or as told) for so many minutes. */
async function run(minutes: number, said: Says, everyS = 20): Promise<void> {
  for (let second = 0; second <= minutes * 60; second += everyS) {
    await speak(said(second))
    bench.clock.advance(everyS * 1000)
  }
}

test('steady minutes become slots whose sources add up to the load', async () => {
  await run(11, () => ({ pvW: 600, loadW: 1200 }))
  expect(await bench.close()).toBe(2)
  const [first, second] = await closed()
  expect(first).toMatchObject({
    from: '2026-06-21T09:00:00.000Z',
    loadWh: '100.000',
    bySource: { solar: '50.000', battery: '50.000', grid: '0.000', generator: '0.000' },
    producedWh: '50.000',
    toBatteryWh: '0.000',
    quality: 'measured',
  })
  expect(second?.from).toBe('2026-06-21T09:05:00.000Z')
  const { rows } = await bench.pool.query('select * from slot where site_id = $1', [siteId])
  expect(rows[0]).toMatchObject({ baseline_wh: '8.333', solar_wh: '50.000' })
})

test('a closed slot is never closed again, however often and by however many', async () => {
  await run(6, () => ({ pvW: 600, loadW: 1200 }))
  await Promise.all([bench.close(), bench.close(), bench.close()])
  await bench.close()
  expect(await closed()).toHaveLength(1)
})

test('a turn that is killed before its commit leaves nothing, and the next turn does it', async () => {
  await run(6, () => ({ pvW: 600, loadW: 1200 }))
  await expect(
    transaction(bench.db, async tx => {
      expect(await closeNext(tx, siteId, bench.clock.now(), { graceMs: 0 })).toBe('closed')
      throw new Error('killed')
    }),
  ).rejects.toThrow('killed')
  expect(await closed()).toEqual([])
  expect(await bench.close()).toBe(1)
})

test('a whole afternoon is caught up in one turn', async () => {
  await run(121, () => ({ pvW: 2000, loadW: 800 }), 30)
  await bench.close()
  expect(await closed()).toHaveLength(24)
})

test("the load adds up to the meter's own counter to the milliwatt-hour", async () => {
  const counter = (second: number) => 12.345678 + (second / 3600) * 0.987_654
  await run(31, second => ({ pvW: 300, loadW: 950, counterKwh: counter(second) }))
  await bench.close()
  const slots = await closed()
  expect(slots).toHaveLength(6)
  const loadMwh = slots.reduce((sum, slot) => sum + Math.round(Number(slot.loadWh) * 1000), 0)
  expect(loadMwh).toBe(Math.round(counter(1800) * 1e6) - Math.round(counter(0) * 1e6))
  for (const slot of slots) {
    const parts = Object.values(slot.bySource).reduce((sum, part) => sum + Math.round(Number(part) * 1000), 0)
    expect(parts).toBe(Math.round(Number(slot.loadWh) * 1000))
  }
})

test("a slot waits until the meter was read after its end, and no longer than the meter's next reading would count", async () => {
  bench.clock.set('2026-06-21T08:58:40Z')
  const counter = (second: number) => 12.345678 + (second / 3600) * 0.987_654
  for (let second = 0; second <= 1000; second += 20) {
    const read = second % 60 === 0 ? { counterKwh: counter(second) } : {}
    await speak({ pvW: 300, loadW: 950, ...read })
    // Long enough after a reading that all but the meter have spoken since the end of the slot.
    bench.clock.advance(6000)
    await bench.close()
    bench.clock.advance(14_000)
  }
  const slots = await closed()
  expect(slots.map(slot => slot.from.slice(11, 16))).toEqual(['08:55', '09:00', '09:05'])
  const loadMwh = slots.slice(1).reduce((sum, slot) => sum + Math.round(Number(slot.loadWh) * 1000), 0)
  expect(loadMwh).toBe(Math.round(counter(680) * 1e6) - Math.round(counter(80) * 1e6))
  const without = () => ({ pvW: 300, loadW: 950 })
  for (const [minutes, count] of [
    [13, 3],
    [2, 7],
  ] as const) {
    await run(minutes, without, 30)
    await bench.close()
    expect(await closed()).toHaveLength(count)
  }
})

test('an outage is a gap: no slot is invented, and what was half heard is partial', async () => {
  await run(2, () => ({ pvW: 600, loadW: 1200 }))
  bench.clock.advance(3_600_000)
  await run(6, () => ({ pvW: 600, loadW: 1200 }))
  await bench.close()
  const slots = await closed()
  expect(slots[0]).toMatchObject({ from: '2026-06-21T09:00:00.000Z', quality: 'partial', loadWh: '40.000' })
  expect(slots[1]?.from).toBe('2026-06-21T10:00:00.000Z')
  expect(slots).toHaveLength(2)
})

test('readings further apart than a slot is long leave no slot out', async () => {
  bench.clock.set('2026-06-21T08:40:00Z')
  await run(60, () => ({ pvW: 0, loadW: 600 }), 400)
  await bench.close()
  const slots = await closed()
  expect(slots[0]).toMatchObject({ from: '2026-06-21T08:45:00.000Z', quality: 'partial' })
  expect(slots.slice(1)).toHaveLength(10)
  expect(slots.slice(1).every(slot => slot.loadWh === '50.000' && slot.quality === 'measured')).toBe(true)
})

test('a slot waits for a device that speaks seldom', async () => {
  bench.clock.set('2026-06-21T08:58:00Z')
  await run(6, () => ({ pvW: 0, loadW: 600 }), 60)
  bench.clock.advance(10_000)
  await bench.close()
  expect(await closed()).toHaveLength(1)
  await bench.hybridSays(hybrid, { soc: 60, pvW: 0, loadW: 600, batteryW: 600 })
  await bench.close()
  expect((await closed())[1]).toMatchObject({ loadWh: '50.000', quality: 'measured' })
})

test('a local day that has no midnight begins when it begins', async () => {
  // On 2026-04-24 Cairo goes from 23:59:59 to 01:00.
  bench.clock.set('2026-04-23T21:50:00Z')
  await run(26, () => ({ pvW: 0, loadW: 600 }))
  await bench.close()
  const day = await slotsOfDay(bench.db, siteId, bench.clock.now(), 'Africa/Cairo')
  expect(day[0]?.from).toEqual(new Date('2026-04-23T22:00:00Z'))
  const evening = await slotsOfDay(bench.db, siteId, new Date('2026-04-23T21:59:59Z'), 'Africa/Cairo')
  expect(evening.map(slot => slot.from)).toEqual([new Date('2026-04-23T21:50:00Z'), new Date('2026-04-23T21:55:00Z')])
})

test('customers see the slots of the local day of the sites where their servers are', async () => {
  const { vm } = servers(siteId)
  await bench.hear('vm.created', 77, vm(77, 5) as never)
  bench.clock.set('2026-06-21T20:40:00Z')
  await run(36, () => ({ pvW: 0, loadW: 600 }))
  await bench.close()
  const mine = await bench.ask('GET', '/api/customer/energy', undefined, { token: await bench.customer(5) })
  expect(mine.body.data).toHaveLength(1)
  // Midnight in Cairo is 21:00 UTC in summer.
  expect(mine.body.data[0].slots[0].from).toBe('2026-06-21T21:00:00.000Z')
  const other = await bench.ask('GET', '/api/customer/energy', undefined, { token: await bench.customer(6) })
  expect(other.body.data).toEqual([])
})

function servers(site: number) {
  const spec = { vmType: 'cx22', supplyClass: 'always_on', vcpus: 2, memoryMib: 2048, diskGib: 20 }
  return {
    vm: (vmId: number, accountId: number) => ({
      vmId,
      accountId,
      siteId: site,
      hostId: 1,
      name: 'web',
      reason: 'user',
      spec,
      image: 'tiny',
    }),
  }
}
