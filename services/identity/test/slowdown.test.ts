import { createLogger } from '@sahary/observability/log'
import { eventually } from '@sahary/testing/eventually'
import { type TestRedis, testRedis } from '@sahary/testing/redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signInRates } from '../src/slowdown/slowdown.ts'
import { openSlowdown, type Slowdown } from '../src/slowdown/store.ts'
import { type Bed, freshEmail, openBed, password, signedIn } from './bed.ts'

let redis: TestRedis
let slowdown: Slowdown
let bed: Bed
const bucket = (key: string) => [{ key, rate: { burst: 5, everyMs: 60_000 } }]

beforeAll(async () => {
  redis = await testRedis()
  slowdown = openSlowdown(redis.url, createLogger({ service: 'identity', level: 'silent' }))
  bed = await openBed({ slowdown, rates: signInRates(1000) })
  await eventually(async () => {
    await slowdown.take(bucket('warm'))
    const { rows } = { rows: [await slowdown.take(bucket(`warm${Math.random()}`))] }
    expect(rows).toEqual([0])
  })
})
afterAll(async () => {
  await bed.close()
  await slowdown.close()
  await redis.stop()
})

describe('the slow-down in Redis', () => {
  it('lets exactly the burst through when many come at once', async () => {
    const waits = await Promise.all(Array.from({ length: 50 }, () => slowdown.take(bucket('flood'))))
    expect(waits.filter(wait => wait === 0)).toHaveLength(5)
    const longest = Math.max(...waits)
    expect(longest).toBeGreaterThan(50_000)
    expect(longest).toBeLessThanOrEqual(60_000)
  })

  it('takes from all buckets or from none, and gives back', async () => {
    const both = [...bucket('one'), { key: 'full', rate: { burst: 1, everyMs: 60_000 } }]
    expect(await slowdown.take(both)).toBe(0)
    for (let count = 0; count < 10; count++) expect(await slowdown.take(both)).toBeGreaterThan(0)
    const left = await Promise.all(Array.from({ length: 6 }, () => slowdown.take(bucket('one'))))
    expect(left.filter(wait => wait === 0)).toHaveLength(4)
    await slowdown.giveBack(both)
    expect(await slowdown.take(both)).toBe(0)
  })
})

describe('signing in', () => {
  const fail = (identifier: string) => bed.post('/api/auth/login', { identifier, password: 'not this one' })

  it('is slowed down after five wrong tries, with the time to wait, for whoever asks', async () => {
    const { identifier } = await signedIn(bed)
    for (let count = 0; count < 5; count++) expect((await fail(identifier)).status).toBe(401)
    const slowed = await bed.post('/api/auth/login', { identifier, password })
    expect([slowed.status, slowed.body.code]).toEqual([429, 'rate_limited'])
    expect(Number(slowed.headers['retry-after'])).toBeLessThanOrEqual(12)
    expect((await signedIn(bed)).accessToken).toBeTruthy()
  })

  it('slows an unknown person down in the same way', async () => {
    const identifier = freshEmail()
    const statuses = []
    for (let count = 0; count < 6; count++) statuses.push((await fail(identifier)).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
  })

  it('is not slowed down by one’s own successes', async () => {
    const { identifier } = await signedIn(bed)
    for (let count = 0; count < 8; count++)
      expect((await bed.post('/api/auth/login', { identifier, password })).status).toBe(200)
  })
})

describe('guessing from many places', () => {
  const from = (network: number) => ({ 'x-forwarded-for': `198.51.${network}.7` })
  const tryAs = async (identifier: string, network: number, rates?: Bed) =>
    (await (rates ?? bed).post('/api/auth/login', { identifier, password: 'not this one' }, from(network))).status

  it('at one account is slowed down whatever networks it comes from', async () => {
    const { identifier } = await signedIn(bed)
    const statuses = []
    for (let count = 0; count < 31; count++) statuses.push(await tryAs(identifier, count))
    expect(statuses.indexOf(429)).toBe(30)
    expect(await tryAs(freshEmail(), 30)).toBe(401)
  })

  it('at many accounts from one network is slowed down whomever it tries', async () => {
    const narrow = await openBed({ slowdown, rates: signInRates(20) })
    const statuses = []
    for (let count = 0; count < 21; count++) statuses.push(await tryAs(freshEmail(), 200, narrow))
    expect(statuses.indexOf(429)).toBe(20)
    expect(await tryAs(freshEmail(), 201, narrow)).toBe(401)
    await narrow.close()
  })
})

describe('with Redis away', () => {
  it('still signs people in, within a bounded time, and slows down sooner', async () => {
    const { identifier } = await signedIn(bed)
    await redis.pause()
    const before = performance.now()
    expect((await bed.post('/api/auth/login', { identifier, password })).status).toBe(200)
    expect(performance.now() - before).toBeLessThan(3_000)
    const victim = freshEmail()
    const statuses = []
    for (let count = 0; count < 4; count++)
      statuses.push((await bed.post('/api/auth/login', { identifier: victim, password: 'x' })).status)
    expect(statuses).toEqual([401, 401, 429, 429])
    await redis.resume()
    await redis.kill()
    expect((await bed.post('/api/auth/login', { identifier, password })).status).toBe(200)
    await redis.restart()
    await eventually(async () => expect(await slowdown.take(bucket(`back ${Math.random()}`))).toBe(0))
  })
})
