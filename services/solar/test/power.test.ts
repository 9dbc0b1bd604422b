import { transaction } from '@sahary/db/transaction'
import { staffToken } from '@sahary/testing/principal'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { stepSite } from '../src/power/actions.ts'
import { rulesOf } from '../src/power/rules.ts'
import { type Bench, solarBench } from './bench.ts'

let bench: Bench
let siteId: number
let hybrid: number
beforeAll(async () => {
  bench = await solarBench()
})
afterAll(() => bench.end())
beforeEach(async () => {
  bench.clock.set('2026-06-21T18:00:00Z')
  siteId = await bench.addSite({ backupSource: 'generator' })
  hybrid = await bench.addHybrid(siteId)
})

/** Lets the hybrid say the same for a while, and the ladder look at it every ten seconds. */
async function hold(soc: number, seconds: number, batteryW = 800): Promise<void> {
  for (let second = 0; second <= seconds; second += 10) {
    await bench.hybridSays(hybrid, { soc, batteryW, loadW: 800 })
    await bench.judge()
    bench.clock.advance(10_000)
  }
}
const levels = async () =>
  (await bench.said('power.level_changed')).filter(one => one.subject === String(siteId)).map(one => one.data)

test('a battery at 28 % warns, then stops what the sun alone carries, and says so in order', async () => {
  await hold(28, 200)
  const said = (await bench.said()).filter(one => one.subject === String(siteId) && one.type.startsWith('power.'))
  expect(said.map(one => [one.type, one.sequence, (one.data as { level: string }).level])).toEqual([
    ['power.level_changed', 1, 'watch'],
    ['power.level_changed', 2, 'low'],
    ['power.low', 3, 'low'],
  ])
  expect(said[1]!.data).toMatchObject({
    siteId,
    from: 'watch',
    cause: 'charge',
    chargePercent: 28,
    noticeEndsAt: new Date(said[1]!.time.getTime() + 900_000).toISOString(),
  })
  expect((said[0]!.data as { noticeEndsAt: null }).noticeEndsAt).toBeNull()
})

test('the way down and back up is said rung by rung, with the backup source engaged and released', async () => {
  await hold(12, 320)
  await hold(80, 3300, -2000)
  const said = (await bench.said()).filter(one => one.subject === String(siteId))
  expect(said.map(one => one.type).filter(type => type !== 'power.level_changed')).toEqual([
    'power.low',
    'backup.engaged',
    'power.critical',
    'backup.released',
    'power.restored',
  ])
  const walked = (await levels()) as { level: string; cause: string; noticeEndsAt: string | null }[]
  expect(walked.map(one => one.level)).toEqual([
    'watch',
    'low',
    'backup',
    'critical',
    'backup',
    'low',
    'watch',
    'normal',
  ])
  expect(walked.slice(4).every(one => one.cause === 'recovery' && one.noticeEndsAt === null)).toBe(true)
})

test('a restart in the middle of a hold does not begin it again', async () => {
  await hold(40, 50)
  const other = await bench.pool.query('select lowering_since from power_state where site_id = $1', [siteId])
  expect(other.rows[0].lowering_since).toEqual(new Date('2026-06-21T18:00:00Z'))
  await hold(40, 10)
  expect(await levels()).toHaveLength(1)
})

test('two replicas that step at once say each step once', async () => {
  await hold(40, 50)
  bench.clock.advance(60_000)
  const told = {
    inputs: { chargePercent: 40, runtimeMin: null, discharging: true, silent: false },
    rules: rulesOf({}, 900),
    backupSource: null,
  }
  await Promise.all(
    Array.from({ length: 8 }, () => transaction(bench.db, tx => stepSite(tx, siteId, told, bench.clock.now()))),
  )
  expect(await levels()).toHaveLength(1)
  expect((await bench.pool.query('select from level_change where site_id = $1', [siteId])).rowCount).toBe(1)
})

test('a battery room that falls silent while giving is treated as empty', async () => {
  await hold(70, 20)
  for (let turn = 0; turn < 80; turn += 1) {
    await bench.judge()
    bench.clock.advance(10_000)
  }
  const walked = (await levels()) as { level: string; cause: string }[]
  expect(walked.at(-1)).toMatchObject({ level: 'safe_stop', cause: 'silence' })
  expect(walked).toHaveLength(5)
})

test('a battery room that falls silent while charging is waited for', async () => {
  await hold(70, 20, -800)
  for (let turn = 0; turn < 80; turn += 1) {
    await bench.judge()
    bench.clock.advance(10_000)
  }
  expect(await levels()).toEqual([])
})

test("an operator's level is walked to, held, audited and let go of", async () => {
  await hold(90, 0)
  const order = { level: 'low', minutes: 60, reason: 'the battery is being serviced' }
  const ordered = await bench.ask('POST', `/api/admin/sites/${siteId}/level`, order)
  expect(ordered.status).toBe(202)
  expect(ordered.body.data).toMatchObject({ siteId, level: 'normal', order: { level: 'low' } })
  await hold(90, 20)
  const walked = (await levels()) as { level: string; cause: string }[]
  expect(walked.map(one => [one.level, one.cause])).toEqual([
    ['watch', 'operator'],
    ['low', 'operator'],
  ])
  const freed = await bench.ask('POST', `/api/admin/sites/${siteId}/level`, { level: null, reason: 'done' })
  expect(freed.body.data.order).toBeNull()
  const { rows } = await bench.pool.query(
    "select after from audit where action = 'power.order' and object_id = $1 order by id",
    [siteId],
  )
  expect(rows[0].after).toMatchObject({ override: { level: 'low' }, reason: order.reason })
})

test('a level without a time, without the right, or that does not exist is refused', async () => {
  const url = `/api/admin/sites/${siteId}/level`
  expect((await bench.ask('POST', url, { level: 'low', reason: 'x' })).body.errors[0]).toMatchObject({
    code: 'until_required',
  })
  expect((await bench.ask('POST', url, { level: 'dim', minutes: 5, reason: 'x' })).status).toBe(422)
  expect((await bench.ask('POST', url, { level: 'low', minutes: 99_999, reason: 'x' })).status).toBe(422)
  const token = await staffToken('technician')
  expect((await bench.ask('POST', url, { level: 'low', minutes: 5, reason: 'x' }, { token })).status).toBe(403)
})

test('a site without a battery follows its surplus of sun', async () => {
  bench.clock.set('2026-06-21T09:00:00Z')
  siteId = await bench.addSite({ batteryCapacityWh: null, batteryUsableWh: null, hasGrid: true })
  hybrid = await bench.addHybrid(siteId, {})
  for (let second = 0; second <= 1200; second += 10) {
    await bench.hybridSays(hybrid, { soc: 0, batteryW: 0, loadW: 900, pvW: second < 300 ? 3000 : 200 })
    await bench.judge()
    bench.clock.advance(10_000)
  }
  expect(((await levels()) as { level: string }[]).map(one => one.level)).toEqual(['watch', 'low'])
})

test('a site without a battery that asks for more surplus sheds with sun to spare', async () => {
  bench.clock.set('2026-06-21T09:00:00Z')
  const surplus = { watch: { enterSurplus: 60, leaveSurplus: 70 }, low: { enterSurplus: 50, leaveSurplus: 60 } }
  siteId = await bench.addSite({
    ...{ batteryCapacityWh: null, batteryUsableWh: null, hasGrid: true },
    ladder: { surplus },
  })
  hybrid = await bench.addHybrid(siteId, {})
  for (let second = 0; second <= 600; second += 10) {
    await bench.hybridSays(hybrid, { soc: 0, batteryW: 0, loadW: 900, pvW: 3000 })
    await bench.judge()
    bench.clock.advance(10_000)
  }
  expect(((await levels()) as { level: string }[]).map(one => one.level)).toEqual(['watch', 'low'])
})
