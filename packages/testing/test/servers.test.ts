import { jetstreamManager } from '@nats-io/jetstream'
import { pings } from '@sahary/local/stack/redis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../src/eventually.ts'
import { type TestNats, testNats } from '../src/nats.ts'
import { type TestRedis, testRedis } from '../src/redis.ts'
import { say, sayAgain } from '../src/say.ts'

let nats: TestNats
let redis: TestRedis

beforeAll(async () => {
  ;[nats, redis] = await Promise.all([testNats(), testRedis()])
})
afterAll(async () => {
  await Promise.all([nats.stop(), redis.stop()])
})

const count = async (stream: string): Promise<number | undefined> => {
  const jsm = await jetstreamManager(await nats.admin(), { timeout: 2_000 })
  const info = await jsm.streams.info(stream).catch(() => undefined)
  return info?.state.messages
}

const reinstate = () => say(nats, 'billing_account.reinstated', 5, { accountId: 5 })

test('what is said again is stored again, for consumers to tell apart', async () => {
  const event = await reinstate()
  await sayAgain(nats, event)
  expect(await count('BILLING')).toBe(2)
})

test('the events of one thing are numbered from one', async () => {
  const [first, second] = [await reinstate(), await reinstate()]
  expect(second.sequence).toBe(first.sequence + 1)
})

test('NATS that is killed keeps its messages; NATS that is wiped has none', async () => {
  const before = await count('BILLING')
  await nats.kill()
  await nats.restart()
  await eventually(async () => expect(await count('BILLING')).toBe(before))
  await nats.wipe()
  await eventually(async () => expect(await count('BILLING')).toBeUndefined())
})

test('Redis that is paused does not answer, and does when it goes on', async () => {
  await redis.pause()
  expect(await pings(redis.url)).toBe(false)
  await redis.resume()
  expect(await pings(redis.url)).toBe(true)
})
