import { createLogger } from '@sahary/observability/log'
import { eventually } from '@sahary/testing/eventually'
import { type TestNats, testNats } from '@sahary/testing/nats'
import { connect, type NatsConnection } from 'nats'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClockState } from '../src/clock.ts'
import { clockSubjects, followClock } from '../src/follow.ts'

const logger = createLogger({ service: 'test', level: 'silent' })
let nats: TestNats
let keeper: NatsConnection
let service: NatsConnection
beforeAll(async () => {
  nats = await testNats()
  keeper = await open('gateway')
  service = await open('metering')
})
afterAll(async () => {
  await keeper.close()
  await service.close()
  await nats.stop()
})

function open(name: 'gateway' | 'metering'): Promise<NatsConnection> {
  const { host, username, password } = new URL(nats.urlOf(name))
  return connect({ servers: host, user: username, pass: password, inboxPrefix: `_INBOX_${name}` })
}

describe('a simulated clock', () => {
  it('is asked for until its keeper answers, and then follows it, whatever else is said', async () => {
    const following = followClock(service, 'simulated', logger)
    const state: ClockState = { realAt: new Date().toISOString(), businessAt: '2031-05-01T00:00:00.000Z', rate: 60 }
    keeper.subscribe(clockSubjects.get, { callback: (_error, message) => void message.respond(JSON.stringify(state)) })
    const clock = await following
    expect(clock.rate()).toBe(60)
    expect(clock.now().toISOString()).toMatch(/^2031-05-01T00:/)
    keeper.publish(clockSubjects.changed, 'not a clock')
    keeper.publish(clockSubjects.changed, JSON.stringify({ ...state, businessAt: '2032-01-01T00:00:00.000Z', rate: 1 }))
    await eventually(() => expect(clock.rate()).toBe(1))
    expect(clock.now().toISOString()).toMatch(/^2032-01-01T00:0/)
  })

  it('that is real asks nobody', async () => {
    const clock = await followClock(undefined as never, 'real', logger)
    expect(clock.rate()).toBe(1)
  })
})
