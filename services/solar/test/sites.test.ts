import { staffToken, tokenFor } from '@sahary/testing/principal'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { credentialsOf } from '../src/inverter/credential.ts'
import { type Bench, deviceKey, newSite, portal, roofSerial, solarBench } from './bench.ts'

let bench: Bench
beforeAll(async () => {
  bench = await solarBench()
})
afterAll(() => bench.end())

test('a site is added once per key, and is what was said with what was left out', async () => {
  const first = await bench.ask('POST', '/api/admin/sites', newSite, { key: 'one' })
  const again = await bench.ask('POST', '/api/admin/sites', newSite, { key: 'one' })
  expect(first.status).toBe(201)
  expect(again.body).toEqual(first.body)
  const { siteId } = first.body.data
  const read = await bench.ask('GET', `/api/admin/sites/${siteId}`)
  expect(read.body.data).toEqual({
    ...newSite,
    siteId,
    batteryReservePercent: 10,
    hasGrid: false,
    backupSource: null,
    noticeS: 900,
    ladder: {},
    version: 1,
    createdAt: '2026-06-21T09:00:00.000Z',
  })
})

test.each([
  [{ name: '' }, 'name', 'field_format'],
  [{ lat: 91 }, 'lat', 'field_too_big'],
  [{ lat: '30' }, 'lat', 'field_type'],
  [{ timezone: 'Cairo' }, 'timezone', 'timezone_unknown'],
  [{ timezone: '+02:00' }, 'timezone', 'timezone_unknown'],
  [{ ratedW: -5 }, 'ratedW', 'field_too_small'],
  [{ ratedW: 1e300 }, 'ratedW', undefined],
  [{ batteryUsableWh: null }, 'batteryUsableWh', 'battery_incomplete'],
  [{ batteryUsableWh: 20_000 }, 'batteryUsableWh', 'field_too_big'],
  [{ ladder: { rungs: { low: { leaveCharge: 20 } } } }, 'ladder.rungs.low.leaveCharge', 'field_too_small'],
  [
    { ladder: { rungs: { low: { enterCharge: 51, leaveCharge: 60 } } } },
    'ladder.rungs.low.enterCharge',
    'field_too_big',
  ],
  [{ ladder: { rungs: { panic: {} } } }, 'ladder.rungs.panic', 'unknown_field'],
  [{ arrays: [newSite.arrays[0], newSite.arrays[0]] }, 'arrays', 'array_name_repeated'],
  [{ color: 'red' }, 'color', 'unknown_field'],
])('a site with %o is refused, with the field and the reason, and nothing is kept', async (wrong, field, code) => {
  const before = await bench.count('site')
  const { status, body } = await bench.ask('POST', '/api/admin/sites', { ...newSite, ...wrong })
  expect(status).toBe(422)
  expect(body.errors[0]).toMatchObject({ field, ...(code ? { code } : {}) })
  expect(await bench.count('site')).toBe(before)
})

test('a site changes by the version that was seen; a stale one gets the site as it is', async () => {
  const siteId = await bench.addSite()
  const changed = await bench.ask('PATCH', `/api/admin/sites/${siteId}`, { version: 1, noticeS: 60, arrays: [] })
  expect(changed.body.data).toMatchObject({ version: 2, noticeS: 60, arrays: [], name: newSite.name })
  const stale = await bench.ask('PATCH', `/api/admin/sites/${siteId}`, { version: 1, noticeS: 5 })
  expect(stale.status).toBe(409)
  expect(stale.body).toMatchObject({ code: 'version_conflict', current: { version: 2, noticeS: 60 } })
})

test('two operators who change a site at once do not overwrite each other', async () => {
  const siteId = await bench.addSite()
  const both = await Promise.all(
    [30, 60].map(noticeS => bench.ask('PATCH', `/api/admin/sites/${siteId}`, { version: 1, noticeS })),
  )
  expect(both.map(one => one.status).toSorted()).toEqual([200, 409])
})

test('sites come by pages', async () => {
  await bench.addSite()
  const first = await bench.ask('GET', '/api/admin/sites?limit=1')
  expect(first.body.data).toHaveLength(1)
  const second = await bench.ask('GET', `/api/admin/sites?limit=1&cursor=${first.body.meta.nextCursor}`)
  expect(second.body.data[0].siteId).toBeGreaterThan(first.body.data[0].siteId)
  expect((await bench.ask('GET', '/api/admin/sites?cursor=nonsense')).status).toBe(422)
})

test('only staff with the right see or change sites, and what is not there is not found', async () => {
  expect((await bench.ask('GET', '/api/admin/sites', undefined, { token: await tokenFor() })).status).toBe(403)
  expect((await bench.ask('POST', '/api/admin/sites', newSite, { token: await staffToken('technician') })).status).toBe(
    403,
  )
  expect((await bench.ask('GET', '/api/admin/sites/999999')).status).toBe(404)
  expect((await bench.ask('GET', '/api/admin/sites/x')).status).toBe(404)
  expect((await bench.ask('GET', '/api/admin/sites/999999/inverters')).status).toBe(404)
  expect(
    (await bench.ask('POST', '/api/admin/sites/999999/level', { level: 'low', minutes: 5, reason: 'x' })).status,
  ).toBe(404)
})

test('an inverter gets its own credentials, which are in the answer and nowhere in the database', async () => {
  const siteId = await bench.addSite()
  const body = { vendor: 'opendtu', name: 'Roof', serial: roofSerial, ratedW: 2000 }
  const made = await bench.ask('POST', `/api/admin/sites/${siteId}/inverters`, body, { key: 'roof' })
  const { inverterId, credentials } = made.body.data
  expect(made.status).toBe(201)
  expect(made.body.data).toMatchObject({ measures: ['pv'], credentialReady: false, deviceId: null })
  expect(credentials).toEqual(credentialsOf(deviceKey, inverterId, 1))
  expect(credentials).toMatchObject({ username: String(inverterId), topicPrefix: `devices/${inverterId}/` })
  const again = await bench.ask('POST', `/api/admin/sites/${siteId}/inverters`, body, { key: 'roof' })
  expect(again.body).toEqual(made.body)
  const { rows } = await bench.pool.query(
    "select answer::text || (select coalesce(string_agg(after::text, ''), '') from audit) as t from idempotent_answer",
  )
  expect(rows.map(row => row.t).join()).not.toContain(credentials.password)
  const list = await bench.ask('GET', `/api/admin/sites/${siteId}/inverters`)
  expect(list.body.data[0]).toMatchObject({ inverterId, live: { online: false, seenAt: null } })
  expect(JSON.stringify(list.body)).not.toContain(credentials.password)
})

test('an inverter of an unknown vendor, with a strange serial or a serial that is there already is refused', async () => {
  const siteId = await bench.addSite()
  const url = `/api/admin/sites/${siteId}/inverters`
  const body = { vendor: 'victron', name: 'Room', serial: portal, ratedW: 5000 }
  const fault = async (wrong: object) => (await bench.ask('POST', url, { ...body, ...wrong })).body.errors?.[0]
  expect(await fault({ vendor: 'sunny' })).toMatchObject({ field: 'vendor', code: 'field_choice' })
  expect(await fault({ serial: '1234' })).toMatchObject({ field: 'serial', code: 'serial_format' })
  expect(await fault({ measures: [] })).toMatchObject({ field: 'measures' })
  expect(await fault({ settings: { loadMeter: '../x' } })).toMatchObject({ field: 'settings.loadMeter' })
  expect((await bench.ask('POST', url, body)).status).toBe(201)
  const taken = await bench.ask('POST', url, body)
  expect([taken.status, taken.body.code]).toEqual([409, 'serial_taken'])
})

test('refusals speak the language of the caller', async () => {
  const response = await bench.app.inject({
    method: 'POST',
    url: '/api/admin/sites',
    payload: { ...newSite, timezone: 'Nowhere' },
    headers: {
      authorization: `Bearer ${await staffToken('operator')}`,
      'idempotency-key': 'ar',
      'accept-language': 'ar-EG',
    },
  })
  expect(response.json().errors[0].message).toContain('منطقة زمنية')
})

test('who did what to a site is written down in the same transaction', async () => {
  const siteId = await bench.addSite()
  const { rows } = await bench.pool.query(
    "select action, actor_id from audit where object_type = 'site' and object_id = $1",
    [siteId],
  )
  expect(rows).toEqual([{ action: 'site.create', actor_id: 900n }])
})
