import { eventually } from '@sahary/testing/eventually'
import { bearer } from '@sahary/testing/principal'
import { type TestRedis, testRedis } from '@sahary/testing/redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Draw } from '../src/limit/limit.ts'
import { type Limiter, openLimiter } from '../src/limit/store.ts'
import { type Behind, behind, gatewayWith, logger, partsAt } from './world.ts'

let redis: TestRedis
let service: Behind
beforeAll(async () => {
  redis = await testRedis()
  service = await behind()
})
afterAll(async () => {
  await service.close()
  await redis.stop()
})

let next = 0
const drawOn = (burst: number, more: Partial<Draw> = {}): Draw => {
  const allowance = { burst, everyMs: 60_000 }
  return { key: `test-${process.pid}-${next++}`, allowance, alone: allowance, cost: 1, ...more }
}

/** Limiters that have reached Redis: what one counts, a second one of the test's own sees. */
async function connected(): Promise<[Limiter, Limiter]> {
  const limiters: [Limiter, Limiter] = [openLimiter(redis.url, logger), openLimiter(redis.url, logger)]
  await eventually(async () => {
    const draw = drawOn(1)
    expect((await limiters[0].draw(draw)).allowed).toBe(true)
    expect((await limiters[1].draw(draw)).allowed).toBe(false)
  })
  return limiters
}

describe('the limit', () => {
  it('is exact, however many replicas count at once', async () => {
    const limiters = await connected()
    const draw = drawOn(10)
    const verdicts = await Promise.all(Array.from({ length: 50 }, (_, i) => limiters[i % 2]!.draw(draw)))
    expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(10)
    const refused = verdicts.find(({ allowed }) => !allowed)
    expect(refused?.retryAfterMs).toBeGreaterThan(50_000)
    expect(refused?.remaining).toBe(0)
    for (const limiter of limiters) limiter.close()
  })

  it('takes the price of a request, and a price above the whole allowance is paid once', async () => {
    const [limiter, other] = await connected()
    const draw = drawOn(10, { cost: 4 })
    const allowed = [await limiter.draw(draw), await limiter.draw(draw), await limiter.draw(draw)].map(v => v.allowed)
    expect(allowed).toEqual([true, true, false])
    expect((await limiter.draw(drawOn(10, { cost: 99 }))).allowed).toBe(true)
    limiter.close()
    other.close()
  })

  it('holds in memory, soon and by the stricter allowance, while Redis stands still, and is shared again after', async () => {
    const [limiter, other] = await connected()
    const draw = drawOn(10, { alone: { burst: 3, everyMs: 60_000 } })
    await redis.pause()
    try {
      const begun = Date.now()
      const verdicts = []
      for (let i = 0; i < 8; i++) verdicts.push(await limiter.draw(draw))
      expect(verdicts.filter(({ allowed }) => allowed)).toHaveLength(3)
      expect(Date.now() - begun).toBeLessThan(1500)
    } finally {
      await redis.resume()
    }
    await eventually(async () => expect((await limiter.draw(draw)).remaining).toBeGreaterThan(3))
    limiter.close()
    other.close()
  })
})

describe('the gateway', () => {
  it('says what is left and when to come again, and counts people, not addresses', async () => {
    const [limiter, other] = await connected()
    const app = gatewayWith({ limiter, parts: partsAt(service.url) })
    const create = async (userId: number) =>
      app.inject({ method: 'POST', url: '/api/customer/vms', headers: await bearer({ userId }), payload: {} })
    expect((await create(9)).headers['ratelimit-remaining']).toBe('380')
    const answers = []
    for (let i = 0; i < 21; i++) answers.push(await create(9001))
    expect(answers.filter(answer => answer.statusCode === 200).length).toBeGreaterThanOrEqual(20)
    const refused = await eventually(async () => {
      const answer = await create(9001)
      expect(answer.statusCode).toBe(429)
      return answer
    })
    expect(refused.json().code).toBe('rate_limited')
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1)
    expect((await create(9002)).statusCode).toBe(200)
    limiter.close()
    other.close()
    await app.close()
  })

  it('answers a network that guesses tokens with 401 for a while, then tells it to wait, and lets its neighbours be', async () => {
    const [limiter, other] = await connected()
    const app = gatewayWith({ limiter, parts: partsAt(service.url) })
    const guess = (address: string, authorization?: string) =>
      app.inject({
        url: '/api/customer/vms',
        remoteAddress: address,
        headers: authorization ? { authorization } : {},
      })
    const mine = `203.0.${next++}.${process.pid % 250}`
    const answers = []
    for (let i = 0; i < 70; i++) answers.push(await guess(mine, i % 2 ? `Bearer a.b${i}.c` : undefined))
    expect(new Set(answers.slice(0, 60).map(answer => answer.statusCode))).toEqual(new Set([401]))
    const refused = answers.at(-1)!
    expect([refused.statusCode, refused.json().code]).toEqual([429, 'rate_limited'])
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1)
    const { authorization } = await bearer({ userId: 9003 })
    expect((await guess(mine, authorization)).statusCode).toBe(200)
    expect((await guess('198.51.100.9', 'Bearer a.b.c')).statusCode).toBe(401)
    limiter.close()
    other.close()
    await app.close()
  })

  it('counts what it refuses to somebody who is signed in', async () => {
    const [limiter, other] = await connected()
    const app = gatewayWith({ limiter, parts: partsAt(service.url) })
    const answer = await app.inject({ url: '/api/admin/hosts', headers: await bearer({ userId: 9004 }) })
    expect([answer.statusCode, answer.headers['ratelimit-remaining']]).toEqual([403, '399'])
    limiter.close()
    other.close()
    await app.close()
  })

  it('serves without Redis, is stricter with sign-ins, and never fails', async () => {
    await redis.kill()
    const limiter = openLimiter(redis.url, logger)
    const app = gatewayWith({ limiter, parts: partsAt(service.url) })
    const reads = await Promise.all(Array.from({ length: 30 }, () => app.inject('/api/public/energy')))
    expect(new Set(reads.map(answer => answer.statusCode))).toEqual(new Set([200]))
    const signIn = () => app.inject({ method: 'POST', url: '/api/auth/login', payload: { identifier: 'x' } })
    const tries = await Promise.all(Array.from({ length: 30 }, signIn))
    expect(tries.filter(answer => answer.statusCode === 200)).toHaveLength(10)
    expect(tries.filter(answer => answer.statusCode === 429)).toHaveLength(20)
    const guesses = await Promise.all(Array.from({ length: 40 }, () => app.inject('/api/customer/vms')))
    expect(guesses.filter(answer => answer.statusCode === 401)).toHaveLength(20)
    expect(guesses.filter(answer => answer.statusCode === 429)).toHaveLength(20)
    limiter.close()
    await app.close()
    await redis.restart()
  })
})
