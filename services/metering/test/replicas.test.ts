import { encodeCursor } from '@sahary/http/page'
import { eventually } from '@sahary/testing/eventually'
import { type TestNats, testNats } from '@sahary/testing/nats'
import { bearer } from '@sahary/testing/principal'
import { say, sayAgain } from '@sahary/testing/say'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { scaled } from '../src/quantity/quantity.ts'
import { type Bench, meteringBench } from './bench.ts'
import { at, metered, slot, text, vm } from './site.ts'

let nats: TestNats
let bench: Bench
beforeAll(async () => {
  nats = await testNats()
})
afterAll(() => nats.stop())
beforeEach(async () => {
  bench = await meteringBench()
})
afterEach(() => bench.close())

/** An hour of two VMs, each event told three times over. */
async function tellAnHour() {
  const events = []
  for (const vmId of [1, 2]) {
    events.push(await say({ nats, at: at(0) }, 'vm.created', vmId, { ...vm(vmId), image: 'tiny' }))
    events.push(await say({ nats, at: at(0) }, 'vm.started', vmId, vm(vmId)))
  }
  for (let minutes = 0; minutes < 60; minutes += 5) {
    events.push(await say({ nats, at: at(minutes + 5) }, 'energy.slot_closed', 1, slot(minutes)))
    for (const vmId of [1, 2])
      events.push(
        await say({ nats, at: at(minutes + 5) }, 'vm.metered', vmId, metered(vmId, minutes, vmId === 1 ? '150' : '10')),
      )
  }
  for (const event of [...events, ...events]) await sayAgain(nats, event)
}

describe('two replicas on a real bus', () => {
  it('record an hour once, though everything is told three times and one of them is stopped', async () => {
    const stopFirst = await bench.start(nats)
    await bench.start(nats)
    await tellAnHour()
    bench.clock.set(at(61))
    await stopFirst()
    await eventually(async () => expect((await bench.said()).length).toBe(2), { withinMs: 20_000 })
    bench.clock.set(at(90))
    const said = await bench.said()
    expect(said.map(each => each.type)).toEqual(['usage.recorded', 'usage.recorded'])
    const wattHours = (vmId: number) =>
      said
        .filter(each => each.data.vmId === vmId)
        .flatMap(each => Object.values(each.data.energyWh as Record<string, string>))
        .reduce((sum, each) => sum + scaled(each), 0n)
    expect(wattHours(1)).toBeGreaterThan(wattHours(2))
    expect(wattHours(1) + wattHours(2)).toBe(12n * 36_000n)
    expect(await bench.unbalanced()).toEqual([])
    await eventually(async () => expect((await bench.said()).every(each => each.published)).toBe(true))
  })
})

describe('the customer’s usage', () => {
  it('lists records with totals by source, and what this hour has used so far', async () => {
    await bench.hear('vm.created', { ...vm(1), image: 'tiny' }, { at: at(0) })
    await bench.hear('vm.started', vm(1), { at: at(0) })
    await bench.hear('energy.slot_closed', slot(0))
    await bench.hear('vm.metered', metered(1, 0, '100'))
    await bench.start(nats)
    bench.clock.set(at(90))
    await eventually(async () => expect((await bench.said()).length).toBe(1), { withinMs: 20_000 })
    const get = async (query = '', accountId = 7) =>
      bench.app.inject({ url: `/api/customer/usage${query}`, headers: await bearer({ accountId }) })
    const { data, meta } = (await get()).json()
    expect(data.records).toMatchObject([
      { vmId: 1, from: text(0), to: text(60), runningSeconds: '3600', adjustsUsageId: null },
    ])
    expect(data.totals).toMatchObject({
      runningHours: '1',
      vcpuSeconds: '3600',
      energyWh: { solar: '15', battery: '5', grid: '0', generator: '0' },
      totalWh: '20',
    })
    expect(data.soFar).toMatchObject([{ vmId: 1, from: text(60), to: text(90), runningSeconds: '1800' }])
    expect(meta.nextCursor).toBeNull()
    expect((await get('', 8)).json().data).toMatchObject({ records: [], soFar: [] })
    expect((await get('?vmId=2')).json().data.records).toEqual([])
    expect((await get(`?from=${text(10)}&to=${text(5)}`)).json()).toMatchObject({
      code: 'validation_failed',
      errors: [{ field: 'from' }],
    })
    expect((await get('?nonsense=1')).statusCode).toBe(422)
    const yearNought = encodeCursor({ from: '0000-01-01T00:00:00Z', id: 1 })
    expect((await get(`?cursor=${yearNought}`)).json().data.records).toEqual([])
    expect((await bench.app.inject({ url: '/api/customer/usage' })).statusCode).toBe(401)
  })

  it('asks the database no oftener for many VMs than for one', async () => {
    let asked = 0
    bench.pool.on('acquire', () => asked++)
    const ask = async (query = '') => {
      asked = 0
      const headers = await bearer({ accountId: 7 })
      const { data } = (await bench.app.inject({ url: `/api/customer/usage${query}`, headers })).json()
      return { asked, vms: data.soFar.map((each: { vmId: number }) => each.vmId) }
    }
    const start = (vmId: number) => bench.hear('vm.started', vm(vmId), { at: at(0) })
    bench.clock.set(at(30))
    await start(1)
    const one = await ask()
    for (const vmId of [2, 3, 4]) await start(vmId)
    await bench.hear('vm.deleted', vm(3), { at: at(10) })
    expect(await ask()).toEqual({ asked: one.asked, vms: [1, 2, 3, 4] })
    expect((await ask('?vmId=4')).vms).toEqual([4])
  })
})
