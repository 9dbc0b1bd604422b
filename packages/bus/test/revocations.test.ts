import type { Principal } from '@sahary/auth/principal'
import { createRevoked, type Revoked } from '@sahary/auth/revoked'
import { eventually } from '@sahary/testing/eventually'
import { type TestNats, testNats } from '@sahary/testing/nats'
import { say, sayAgain } from '@sahary/testing/say'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBus } from '../src/nats.ts'
import { hearRevocations } from '../src/revocations.ts'
import { logger } from './bed.ts'

let nats: TestNats
const stops: (() => Promise<void>)[] = []
beforeAll(async () => {
  nats = await testNats()
})
afterAll(async () => {
  for (const stop of stops) await stop()
  await nats.stop()
})

/** One more replica of metering, with the rights of metering on the broker; it may start `laterMs` from now. */
async function replica(laterMs = 0): Promise<Revoked> {
  const now = () => new Date(Date.now() + laterMs)
  const bus = await openBus(nats.urlOf('metering'), { service: 'metering', logger })
  const revoked = createRevoked(now)
  const hearing = hearRevocations({ bus, logger, revoked, now })
  stops.push(async () => {
    await hearing.stop()
    await bus.close()
  })
  return revoked
}

const signOut = (sessionId: string) =>
  say(nats, 'session.revoked', sessionId, {
    userId: 9,
    sessionId,
    reason: 'signed_out',
    revokedAt: new Date().toISOString(),
  })
const sessionOf = (digit: number) => `0b8f7c1e-6f0e-4f5e-9a57-0c5a3a0f7f1${digit}`
const refusesSession = (revoked: Revoked, sessionId: string) =>
  expect(() => revoked.refuse({ ...person(1), sessionId }, new Date(Date.now() - 60_000))).toThrow(/no longer valid/)
const refusesUser = (revoked: Revoked, userId: number) =>
  expect(() => revoked.refuse(person(userId), new Date(Date.now() - 60_000))).toThrow(/no longer valid/)
const person = (userId: number): Principal => ({
  userId,
  accountId: 1,
  memberRole: 'owner',
  roles: [],
  sessionId: sessionOf(0),
  locale: 'en',
})
const all = async (check: () => void) => eventually(check, { withinMs: 10_000 })

describe('what identity takes back', () => {
  it('is dead at every replica of a service, and stays so when it is told again', async () => {
    const replicas = [await replica(), await replica()]
    const event = await signOut(sessionOf(1))
    await sayAgain(nats, event)
    await say(nats, 'user.deactivated', 41, { userId: 41, reason: 'left' })
    await say(nats, 'user.roles_changed', 42, { userId: 42, roles: [] })
    for (const revoked of replicas) {
      await all(() => {
        refusesSession(revoked, sessionOf(1))
        refusesUser(revoked, 41)
        refusesUser(revoked, 42)
      })
      expect(revoked.size()).toBe(3)
    }
  })

  it('is known to a replica that starts afterwards, while a token could still live', async () => {
    await signOut(sessionOf(2))
    const [fresh, late] = [await replica(), await replica(20 * 60_000)]
    await all(() => refusesSession(fresh, sessionOf(2)))
    await say(nats, 'user.deactivated', 43, { userId: 43, reason: 'left' })
    await all(() => refusesUser(fresh, 43))
    expect(late.size()).toBe(0)
  })

  it('is heard again after the broker was away, and nothing else of identity is', async () => {
    const revoked = await replica()
    await all(() => expect(revoked.size()).toBeGreaterThan(0))
    const before = revoked.size()
    await nats.kill()
    await nats.restart()
    await eventually(() => say(nats, 'user.signed_in', 44, { userId: 44, sessionId: sessionOf(4), accountId: 1 }))
    await signOut(sessionOf(3))
    await all(() => refusesSession(revoked, sessionOf(3)))
    expect(revoked.size()).toBe(before + 1)
  })
})
