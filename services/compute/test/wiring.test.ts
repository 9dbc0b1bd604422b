import { createRevoked, type Revoked } from '@sahary/auth/revoked'
import { openBus } from '@sahary/bus/nats'
import { eventually } from '@sahary/testing/eventually'
import { type TestNats, testNats } from '@sahary/testing/nats'
import { say, sayAgain } from '@sahary/testing/say'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWork } from '../src/app.ts'
import { type Bench, computeBench, logger, order, rulesOf } from './bench.ts'
import { testEngine } from './engine.ts'

let nats: TestNats
let engine: Awaited<ReturnType<typeof testEngine>>
let bench: Bench
const stops: (() => Promise<void>)[] = []
const memories = [createRevoked(), createRevoked()] as const

/** One more replica of the service, on the bench's database. */
async function replica(engineAddress: string | null, revoked: Revoked): Promise<void> {
  const bus = await openBus(nats.urlOf('compute'), { service: 'compute', logger })
  const host = engineAddress === null ? null : { ...rulesOf('wired'), engineAddress, engineBoundMs: 2000 }
  const work = startWork(bench.deps, { pool: bench.pool, bus, revoked, host })
  stops.push(async () => {
    for (const stop of work) await stop()
    await bus.close()
  })
}

beforeAll(async () => {
  nats = await testNats()
  engine = await testEngine()
  bench = await computeBench()
  await replica(engine.address, memories[0])
  await replica(null, memories[1])
})
afterAll(async () => {
  for (const stop of stops) await stop()
  const mine = { filters: { label: [`sahary.installation=${(await installation()).id}`] } }
  for (const { Id } of await engine.docker.listContainers({ all: true, ...mine }))
    await engine.docker.getContainer(Id).remove({ force: true, v: true })
  for (const { Id } of await engine.docker.listNetworks(mine)) await engine.docker.getNetwork(Id).remove()
  await bench?.close()
  await engine?.stop()
  await nats?.stop()
})

const installation = () => bench.db.selectFrom('installation').select('id').executeTakeFirstOrThrow()
const see = async (id: number) => (await bench.ask('GET', `/api/customer/vms/${id}`)).data

describe('the whole service', () => {
  it('joins its engine as a host, runs a VM, sheds it when it hears of it, however often, and brings it back', async () => {
    await eventually(async () => expect(await bench.said('host.joined')).toHaveLength(1))
    const body = order([await bench.key()], { supplyClass: 'solar_only' })
    const { data } = await bench.ask('POST', '/api/customer/vms', body)
    const id: number = data.id
    await eventually(async () => expect(await see(id)).toMatchObject({ status: 'running' }), { withinMs: 20_000 })

    const news = { siteId: 1, chargePercent: 18, runtimeMin: 10, noticeEndsAt: null, cause: 'charge' as const }
    const event = await say(nats, 'power.level_changed', 1, { ...news, level: 'critical', from: 'backup' })
    for (let again = 0; again < 2; again++) await sayAgain(nats, event)
    await eventually(async () => expect(await see(id)).toMatchObject({ status: 'off', statusReason: 'energy' }), {
      withinMs: 20_000,
    })

    await say(nats, 'power.level_changed', 1, { ...news, level: 'watch', from: 'low' })
    await eventually(async () => expect(await see(id)).toMatchObject({ status: 'running', cpuCapped: true }), {
      withinMs: 20_000,
    })
    const said = (await bench.said()).filter(({ subject, type }) => subject === String(id) && type.startsWith('vm.'))
    expect(said.map(({ type, data: { reason } }) => `${type} ${reason}`)).toEqual([
      'vm.created user',
      'vm.started user',
      'vm.stopped energy',
      'vm.started energy',
    ])
    await eventually(async () => expect((await bench.said()).every(({ published }) => published)).toBe(true))
  })

  it('refuses a token whose session was revoked, at each replica', async () => {
    const sessionId = '0192f5a1-7c3e-4d41-8a44-000000000001'
    await say(nats, 'session.revoked', 1, {
      userId: 1,
      sessionId,
      reason: 'signed_out',
      revokedAt: new Date().toISOString(),
    })
    await eventually(() => expect(memories.map(revoked => revoked.size())).toEqual([1, 1]))
  })

  it('without an engine serves, and says that there is no host', async () => {
    const own = await computeBench()
    const bus = await openBus(nats.urlOf('compute'), { service: 'compute', logger })
    const work = startWork(own.deps, { pool: own.pool, bus, revoked: createRevoked(), host: null })
    const answer = await own.ask('POST', '/api/customer/vms', order([await own.key()]))
    expect(answer).toMatchObject({ status: 503, body: { code: 'no_host' } })
    for (const stop of work) await stop()
    await bus.close()
    await own.close()
  })
})
