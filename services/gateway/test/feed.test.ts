import type { AddressInfo } from 'node:net'
import { createRevoked } from '@sahary/auth/revoked'
import { type Bus, openBus } from '@sahary/bus/nats'
import { eventually } from '@sahary/testing/eventually'
import { type TestNats, testNats } from '@sahary/testing/nats'
import { tokenFor } from '@sahary/testing/principal'
import { say, sayAgain } from '@sahary/testing/say'
import { createParser } from 'eventsource-parser'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { watchEvents } from '../src/feed/consumers.ts'
import { createHub, type Hub } from '../src/feed/hub.ts'
import { gatewayWith, logger } from './world.ts'

let nats: TestNats
let bus: Bus
let hub: Hub
let watching: ReturnType<typeof watchEvents>
let app: ReturnType<typeof gatewayWith>
let url: string
const revoked = createRevoked()
beforeAll(async () => {
  nats = await testNats()
  bus = await openBus(nats.urlOf('gateway'), { service: 'gateway', logger })
  hub = createHub()
  watching = watchEvents({ bus, hub, revoked, logger })
  app = gatewayWith({ hub })
  await app.listen({ port: 0, host: '127.0.0.1' })
  url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/api/customer/events`
})
afterAll(async () => {
  await app.close()
  await watching.stop()
  await bus.close()
  await nats.stop()
})

type Heard = { id: string | undefined; type: string | undefined; body: { subject?: string; data?: unknown } }
type Ear = { heard: Heard[]; status: number; ended: () => boolean; leave: () => void }
const ears: Ear[] = []
afterEach(() => {
  for (const ear of ears.splice(0)) ear.leave()
})

/** Listens as somebody, until the test ends. */
async function listen(who: Parameters<typeof tokenFor>[0], headers: Record<string, string> = {}): Promise<Ear> {
  const stop = new AbortController()
  const authorization = `Bearer ${await tokenFor(who)}`
  const response = await fetch(url, { headers: { authorization, ...headers }, signal: stop.signal })
  const heard: Heard[] = []
  let ended = false
  const parser = createParser({
    onEvent: ({ id, event, data }) => void heard.push({ id, type: event, body: JSON.parse(data) }),
  })
  const read = async () => {
    const decoder = new TextDecoder()
    for await (const chunk of response.body ?? []) parser.feed(decoder.decode(chunk, { stream: true }))
  }
  void read()
    .catch(() => {})
    .finally(() => {
      ended = true
    })
  const ear = { heard, status: response.status, ended: () => ended, leave: () => stop.abort() }
  ears.push(ear)
  return ear
}

const spec = { vmType: 'sun-1', supplyClass: 'solar_only', vcpus: 1, memoryMib: 1024, diskGib: 10 } as const
const vm = (vmId: number, accountId: number) =>
  ({ vmId, accountId, siteId: 1, hostId: 1, name: `vm-${vmId}`, reason: 'user', spec }) as const
const power = { siteId: 1, level: 'low', chargePercent: 29, runtimeMin: 80, noticeEndsAt: null } as const
const subjects = (ear: Ear) => ear.heard.map(({ body }) => body.subject)

describe('a stream of events', () => {
  it('tells an account what concerns it, everybody what concerns the site, and nobody else’s business', async () => {
    const mine = await listen({ userId: 11, accountId: 71 })
    const other = await listen({ userId: 12, accountId: 72 })
    const staff = await listen({ userId: 13, accountId: null, memberRole: null, roles: ['operator'] })
    await say(nats, 'vm.started', 501, vm(501, 71))
    await say(nats, 'vm.started', 502, vm(502, 72))
    const notification = { notificationId: 9, userId: 11, accountId: 71, kind: 'x', channel: 'feed' } as const
    await say(nats, 'notification.delivered', 9, notification)
    await say(nats, 'power.low', 1, power)
    await eventually(() => {
      expect(new Set(subjects(mine))).toEqual(new Set(['501', '9', '1']))
      expect(new Set(subjects(other))).toEqual(new Set(['502', '1']))
      expect(new Set(subjects(staff))).toEqual(new Set(['501', '502', '1']))
    })
    const started = mine.heard.find(({ type }) => type === 'vm.started')
    expect(started?.body).toMatchObject({ type: 'vm.started', id: started?.id, data: { vmId: 501, accountId: 71 } })
  })

  it('is for people who have signed in', async () => {
    expect((await fetch(url)).status).toBe(401)
    expect((await fetch(url, { headers: { authorization: 'Bearer x' } })).status).toBe(401)
  })

  it('tells an event once, however often it is delivered', async () => {
    const ear = await listen({ userId: 14, accountId: 73 })
    const event = await say(nats, 'vm.started', 503, vm(503, 73))
    await sayAgain(nats, event)
    await say(nats, 'vm.stopped', 503, vm(503, 73))
    await eventually(() => expect(ear.heard.at(-1)?.type).toBe('vm.stopped'))
    expect(ear.heard.map(({ type }) => type)).toEqual(['vm.started', 'vm.stopped'])
  })

  it('goes on where somebody left, and says so when it cannot', async () => {
    const before = await listen({ userId: 15, accountId: 74 })
    await say(nats, 'vm.started', 504, vm(504, 74))
    await eventually(() => expect(before.heard).toHaveLength(1))
    before.leave()
    await say(nats, 'vm.stopped', 504, vm(504, 74))
    await say(nats, 'vm.started', 505, vm(505, 75))
    const known = await listen({ userId: 16, accountId: 75 })
    await eventually(() => expect(hub.size()).toBeGreaterThan(0))
    const after = await listen({ userId: 15, accountId: 74 }, { 'last-event-id': before.heard[0]!.id! })
    await say(nats, 'vm.started', 506, vm(506, 74))
    await eventually(() => expect(after.heard.map(({ type }) => type)).toEqual(['vm.stopped', 'vm.started']))
    const lost = await listen({ userId: 15, accountId: 74 }, { 'last-event-id': 'long-ago' })
    await eventually(() => expect(lost.heard.map(({ type }) => type)).toEqual(['resync']))
    known.leave()
  })

  it('ends with its session, with its user’s rights, and with its token', async () => {
    const sessionId = 'a5d7b9c0-0000-4000-8000-000000000077'
    const signedOut = await listen({ userId: 17, sessionId })
    const demoted = await listen({ userId: 18 })
    const stays = await listen({ userId: 19 })
    const revokedAt = new Date().toISOString()
    await say(nats, 'session.revoked', sessionId, { userId: 17, sessionId, reason: 'signed_out', revokedAt })
    await say(nats, 'user.roles_changed', 18, { userId: 18, roles: [] })
    await eventually(() => expect([signedOut.ended(), demoted.ended(), stays.ended()]).toEqual([true, true, false]))
    expect(revoked.size()).toBe(2)
  })

  it('has a bound for each user', async () => {
    const many = []
    for (let i = 0; i < 9; i++) many.push(await listen({ userId: 20 }))
    expect(many.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 200, 200, 429])
    expect((await listen({ userId: 21 })).status).toBe(200)
  })
})

describe('two replicas of the gateway', () => {
  it('each tell their listeners everything', async () => {
    const second = createHub()
    const line = await openBus(nats.urlOf('gateway'), { service: 'gateway', logger })
    const other = watchEvents({ bus: line, hub: second, revoked: createRevoked(), logger })
    const told: string[][] = [[], []]
    const listener = { userId: 31, accountId: 78, sessionId: 'x', roles: ['owner'] }
    for (const [at, each] of [hub, second].entries())
      each.join({ listener, send: text => void told[at]!.push(text), end: () => {} })
    await say(nats, 'vm.started', 508, vm(508, 78))
    await eventually(() => expect(told.map(frames => frames.join().includes('"508"'))).toEqual([true, true]))
    await other.stop()
    await line.close()
  })
})

describe('without NATS', () => {
  it('a stream is open and silent, and hears again what was said when NATS is back', async () => {
    await nats.kill()
    const ear = await listen({ userId: 22, accountId: 76 })
    expect(ear.status).toBe(200)
    expect((await app.inject('/api/public/status')).statusCode).toBe(200)
    await nats.restart()
    await eventually(() => say(nats, 'vm.started', 507, vm(507, 76)))
    await eventually(() => expect(subjects(ear)).toContain('507'), { withinMs: 20_000 })
    expect(subjects(ear).filter(subject => subject === '507')).toHaveLength(1)
  })
})
