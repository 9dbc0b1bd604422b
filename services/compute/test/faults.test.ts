import { randomUUID } from 'node:crypto'
import { eventually } from '@sahary/testing/eventually'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { labelNames } from '../src/engine/container.ts'
import { watchHosts } from '../src/hosts/jobs.ts'
import { drive } from '../src/reconcile/jobs.ts'
import { holdLease } from '../src/reconcile/store.ts'
import { crashLimit } from '../src/reconcile/transition.ts'
import { type Bench, computeBench, logger, order, probeOf } from './bench.ts'
import { driverOn } from './driver.ts'
import { testEngine } from './engine.ts'
import { wireTo } from './proxy.ts'

let engine: Awaited<ReturnType<typeof testEngine>>
let bench: Bench
let driver: Awaited<ReturnType<typeof driverOn>> | undefined
beforeAll(async () => {
  engine = await testEngine()
})
afterAll(() => engine?.stop())
beforeEach(async () => {
  bench = await computeBench()
})
afterEach(async () => {
  await driver?.close()
  driver = undefined
  await bench.close()
})

const rent = async (): Promise<number> => {
  const { data } = await bench.ask('POST', '/api/customer/vms', order([await bench.key()]))
  return data.id
}
const see = async (id: number) => (await bench.ask('GET', `/api/customer/vms/${id}`)).data
const settles = (id: number, as: object) =>
  eventually(async () => expect(await see(id)).toMatchObject({ ...as, actions: [] }), { withinMs: 25_000 })
const saidOf = async (id: number) =>
  (await bench.said()).filter(event => event.subject === String(id)).map(event => event.type)
const container = (id: number) => engine.docker.getContainer(`sahary-${id}-1`)
const containersOf = (id: number) =>
  engine.docker.listContainers({ all: true, filters: { label: [`${labelNames.vm}=${id}`] } })

describe('a worker that ends in the middle', () => {
  it('at any step is followed by one that finishes, with one container and nothing said twice', async () => {
    const ended = new Set<string>()
    driver = await driverOn(bench, engine, (vmId, step) => {
      const key = `${vmId} ${step.do}`
      if (ended.has(key)) return
      ended.add(key)
      throw new Error('the worker ends here')
    })
    const id = await rent()
    await settles(id, { status: 'running' })
    await bench.ask('POST', `/api/customer/vms/${id}/stop`)
    await settles(id, { status: 'off' })
    expect(await containersOf(id)).toHaveLength(1)
    await bench.ask('DELETE', `/api/customer/vms/${id}`)
    await eventually(async () => expect((await bench.ask('GET', `/api/customer/vms/${id}`)).status).toBe(404), {
      withinMs: 20_000,
    })
    expect(await saidOf(id)).toEqual(['vm.created', 'vm.started', 'vm.stopped', 'vm.deleted'])
    expect([...ended].map(key => key.split(' ')[1])).toEqual(['create', 'start', 'read_host_key', 'stop', 'remove'])
  })

  it('two at once make one container and say one start', async () => {
    driver = await driverOn(bench, engine)
    const other = await driverOn(bench, engine)
    const ids = await Promise.all([rent(), rent(), rent()])
    for (const id of ids) {
      await settles(id, { status: 'running' })
      expect(await containersOf(id)).toHaveLength(1)
      expect(await saidOf(id)).toEqual(['vm.created', 'vm.started'])
    }
    await other.stop()
  })

  it('nobody drives a VM while another has the lease', async () => {
    driver = await driverOn(bench, engine)
    await driver.stop()
    const id = await rent()
    expect(await holdLease(bench.db, id, randomUUID())).toBe(true)
    await drive(driver.driving, id)
    expect(await containersOf(id)).toEqual([])
  })
})

describe('a VM of another host', () => {
  it('is never touched by this one, whatever was heard of it', async () => {
    driver = await driverOn(bench, engine)
    await bench.host('elsewhere', probeOf({ memoryMib: 1_000_000 }))
    const id = await rent()
    bench.hints.add(id)
    await drive(driver.driving, id)
    expect(await containersOf(id)).toEqual([])
    expect(await see(id)).toMatchObject({ status: 'initializing', actions: [{ status: 'running' }] })
  })
})

describe('a VM that ends by itself', () => {
  it('is said to have failed, started again, and left off when it keeps failing', async () => {
    driver = await driverOn(bench, engine)
    const id = await rent()
    await settles(id, { status: 'running' })
    for (let crash = 1; crash <= crashLimit.times; crash++) {
      await container(id).kill()
      await eventually(async () => expect(await saidOf(id)).toHaveLength(2 + 2 * crash), { withinMs: 20_000 })
      await settles(id, { status: 'running' })
    }
    await container(id).kill()
    await settles(id, { status: 'off', desired: 'off', statusReason: 'crash_loop' })
    expect((await saidOf(id)).slice(0, 4)).toEqual(['vm.created', 'vm.started', 'vm.failed', 'vm.started'])
    expect((await saidOf(id)).at(-1)).toBe('vm.failed')
    expect((await bench.ask('POST', `/api/customer/vms/${id}/start`)).status).toBe(202)
    await settles(id, { status: 'running', statusReason: null })
  })

  it('and whose disk is gone is never made again from nothing', async () => {
    driver = await driverOn(bench, engine)
    const id = await rent()
    await settles(id, { status: 'running' })
    // While nobody looks, so that the end before the removal goes unseen.
    await driver.stop()
    await container(id).remove({ force: true })
    driver = await driverOn(bench, engine)
    await settles(id, { status: 'off', statusReason: 'disk_missing' })
    expect(await saidOf(id)).toEqual(['vm.created', 'vm.started', 'vm.failed'])
    const start = await bench.ask('POST', `/api/customer/vms/${id}/start`)
    await eventually(async () => {
      const actions = (await bench.ask('GET', `/api/customer/vms/${id}/actions`)).data
      expect(actions.find((action: { id: number }) => action.id === start.data.id)).toMatchObject({
        status: 'error',
        error: { code: 'disk_missing' },
      })
    })
    expect(await containersOf(id)).toEqual([])
  })
})

describe('what is not ours', () => {
  it('is neither adopted under our name nor removed', async () => {
    driver = await driverOn(bench, engine)
    await driver.stop()
    const id = await rent()
    const name = `sahary-${id}-1`
    const squatter = await engine.docker.createContainer({ name, Image: 'sahary/tiny:current' })
    try {
      await drive(driver.driving, id)
      await drive(driver.driving, id)
      expect(await see(id)).toMatchObject({ status: 'off', statusReason: 'container_name_taken' })
      await bench.ask('DELETE', `/api/customer/vms/${id}`)
      await drive(driver.driving, id)
      expect((await squatter.inspect()).Name).toBe(`/${name}`)
    } finally {
      await squatter.remove({ force: true })
    }
  })

  it('and what nobody knows of any more is left where it is', async () => {
    driver = await driverOn(bench, engine)
    const labels = { [labelNames.installation]: driver.driving.installation, [labelNames.vm]: '1' }
    const orphan = await engine.docker.createContainer({
      name: `orphan-${randomUUID()}`,
      Image: 'sahary/tiny:current',
      Labels: labels,
    })
    const id = await rent()
    await settles(id, { status: 'running' })
    expect((await orphan.inspect()).State.Status).toBe('created')
  })
})

describe('an engine that does not answer', () => {
  it('leaves its VMs unknown, blocks nothing for long, and is found again with everything as it was', async () => {
    const wire = await wireTo(engine.address)
    try {
      driver = await driverOn(bench, { ...engine, address: wire.address })
      const id = await rent()
      await settles(id, { status: 'running' })
      for (const mode of ['silent', 'cut'] as const) {
        wire.mode(mode)
        const stop = await bench.ask('POST', `/api/customer/vms/${id}/stop`)
        expect(stop.status).toBe(202)
        await eventually(async () => expect(await see(id)).toMatchObject({ status: 'unknown', desired: 'off' }), {
          withinMs: 15_000,
        })
        wire.mode('open')
        await settles(id, { status: 'off' })
        await bench.ask('POST', `/api/customer/vms/${id}/start`)
        await settles(id, { status: 'running' })
      }
      expect(await saidOf(id)).toEqual([
        'vm.created',
        'vm.started',
        ...['vm.stopped', 'vm.started'],
        ...['vm.stopped', 'vm.started'],
      ])
    } finally {
      wire.mode('open')
      await driver?.close()
      driver = undefined
      await wire.close()
    }
  })

  it('is a lost host after three missed beats, and takes no VM until it is back', async () => {
    await bench.host('silent-1')
    const key = await bench.key()
    await bench.db
      .updateTable('host')
      .set({ beat_at: new Date(Date.now() - 60_000) })
      .execute()
    await watchHosts({ db: bench.db, clock: bench.clock, logger })
    expect(await bench.ask('POST', '/api/customer/vms', order([key]))).toMatchObject({
      status: 503,
      body: { code: 'no_host' },
    })
    await bench.host('silent-1')
    expect((await bench.ask('POST', '/api/customer/vms', order([key]))).status).toBe(201)
    const said = (await bench.said()).map(event => event.type).filter(type => type.startsWith('host.'))
    expect(said).toEqual(['host.joined', 'host.lost', 'host.recovered'])
  })
})
