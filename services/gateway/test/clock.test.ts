import { type Bus, openBus } from '@sahary/bus/nats'
import { followClock } from '@sahary/clock/follow'
import { gatewayAccess } from '@sahary/contracts/access/gateway'
import { changesIn, leftBy } from '@sahary/testing/audited'
import { eventually } from '@sahary/testing/eventually'
import { type TestNats, testNats } from '@sahary/testing/nats'
import { type TestDatabase, testDatabase } from '@sahary/testing/postgres'
import { bearer } from '@sahary/testing/principal'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../src/app.ts'
import { type Keeper, startKeeper } from '../src/clock/jobs.ts'
import { gatewayWith, logger } from './world.ts'

const operator = { userId: 5, accountId: null, memberRole: null, roles: ['operator'] }
const first = { businessAt: new Date('2027-01-01T00:00:00Z'), rate: 60 }

let nats: TestNats
let database: TestDatabase<Database>
let bus: Bus
let keeper: Keeper
let app: ReturnType<typeof gatewayWith>
beforeAll(async () => {
  nats = await testNats()
  database = await testDatabase<Database>('gateway')
  bus = await openBus(nats.urlOf('gateway'), { service: 'gateway', logger })
  keeper = await startKeeper({ db: database.db, bus, logger, first })
  app = gatewayWith({ db: database.db, keeper, clock: keeper.clock })
})
afterAll(async () => {
  await app.close()
  await keeper.stop()
  await bus.close()
  await database.close()
  await nats.stop()
})

const put = async (payload: object, who: object = operator) =>
  app.inject({ method: 'PUT', url: '/api/admin/clock', payload, headers: await bearer(who) })
const shown = async () => (await app.inject({ url: '/api/admin/clock', headers: await bearer(operator) })).json().data

describe('the business clock', () => {
  it('begins where it is told, and is shown to operators and to everybody', async () => {
    const { businessAt, rate } = await shown()
    expect(rate).toBe(60)
    expect(businessAt).toMatch(/^2027-01-01T00:/)
    expect((await app.inject('/api/public/status')).json().data).toMatchObject({ clockRate: 60 })
    expect((await app.inject({ url: '/api/admin/clock', headers: await bearer() })).statusCode).toBe(403)
  })

  it('is followed by services, also through a change, and the change is written down', async () => {
    const service = await openBus(nats.urlOf('metering'), { service: 'metering', logger })
    const followed = await followClock(service, 'simulated', logger)
    expect(followed.rate()).toBe(60)
    const answer = await put({ businessAt: '2027-02-01T00:00:00Z', rate: 1 })
    expect([answer.statusCode, answer.json().data.rate]).toEqual([200, 1])
    await eventually(() => expect(followed.now().toISOString()).toMatch(/^2027-02-01T00:00/))
    const audit = await database.db.selectFrom('audit').selectAll().execute()
    expect(audit).toMatchObject([{ actor_id: 5n, action: 'clock.change', after: { rate: 1 }, before: { rate: 60 } }])
    await service.close()
  })

  it('is the same at every replica, and goes on after a restart', async () => {
    const replica = await startKeeper({ db: database.db, bus, logger, first })
    expect(replica.clock.now().toISOString()).toMatch(/^2027-02-01T00:0/)
    await replica.stop()
  })

  it.each([
    [{ businessAt: '2026-01-01T00:00:00Z' }, 'clock_only_forward'],
    [{ businessAt: '9999-12-31T00:00:00Z' }, 'clock_too_far'],
    [{}, 'field_required'],
    [{ rate: 0 }, 'field_too_small'],
    [{ rate: 2001 }, 'field_too_big'],
    [{ businessAt: 'tomorrow' }, 'field_format'],
    [{ rate: 1, zone: 'x' }, 'unknown_field'],
  ])('does not take %j', async (payload, code) => {
    const answer = await put(payload)
    expect(answer.statusCode).toBe(422)
    expect(answer.json().errors?.[0]).toMatchObject({ field: Object.keys(payload).at(-1) ?? 'businessAt', code })
  })

  it('leaves word in the audit of who changed it, as every route of the gateway that changes something', async () => {
    expect(changesIn(gatewayAccess)).toEqual(['PUT /api/admin/clock'])
    const headers = await bearer(operator)
    const url = '/api/admin/clock'
    const ask = (marked: object) =>
      app.inject({ method: 'PUT', url, payload: { rate: 1 }, headers: { ...headers, ...marked } })
    expect(await leftBy(database.pool, ask)).toEqual(['user clock.change'])
  })

  it('cannot be touched without the right to, nor where time is real', async () => {
    expect((await put({ rate: 5 }, {})).statusCode).toBe(403)
    const real = gatewayWith({})
    const headers = await bearer(operator)
    expect(
      (await real.inject({ method: 'PUT', url: '/api/admin/clock', payload: { rate: 5 }, headers })).statusCode,
    ).toBe(404)
  })

  it('changed by ten at once ends at one of their times, with a line written down for each that was taken', async () => {
    const before = (await database.db.selectFrom('audit').selectAll().execute()).length
    const times = Array.from({ length: 10 }, (_, i) => `2027-03-${String(i + 10)}T00:00:00Z`)
    const answers = await Promise.all(times.map(businessAt => put({ businessAt })))
    const taken = answers.filter(answer => answer.statusCode === 200).length
    expect(answers.every(answer => [200, 422].includes(answer.statusCode))).toBe(true)
    expect((await database.db.selectFrom('audit').selectAll().execute()).length - before).toBe(taken)
    await eventually(async () => expect((await shown()).businessAt).toMatch(/^2027-03-19T00:00/))
  })
})
