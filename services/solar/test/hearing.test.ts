import { startConsumers } from '@sahary/bus/consumer'
import { openBus } from '@sahary/bus/nats'
import type { EventData } from '@sahary/contracts/events'
import { eventually } from '@sahary/testing/eventually'
import { type TestNats, testNats } from '@sahary/testing/nats'
import { say, sayAgain } from '@sahary/testing/say'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { consumers } from '../src/app.ts'
import { type Bench, roofSerial, solarBench } from './bench.ts'

let bench: Bench
let nats: TestNats
let stop: () => Promise<void>
beforeAll(async () => {
  bench = await solarBench()
  nats = await testNats()
  const { db, logger } = bench
  const bus = await openBus(nats.urlOf('solar'), { service: 'solar', logger })
  const hearing = startConsumers({ db, bus, service: 'solar', logger, on: consumers })
  stop = async () => {
    await hearing.stop()
    await bus.close()
  }
})
afterAll(async () => {
  await stop()
  await nats.stop()
  await bench.end()
})

const vm = (vmId: number, siteId: number, vcpus = 2): EventData<'vm.started'> => ({
  vmId,
  accountId: 5,
  siteId,
  hostId: 1,
  name: 'web',
  reason: 'user',
  spec: { vmType: 'cx22', supplyClass: 'solar_only', vcpus, memoryMib: 2048, diskGib: 20 },
})
const running = async (siteId: number) =>
  (await bench.ask('GET', '/api/public/energy')).body.data.find((site: { siteId: number }) => site.siteId === siteId)
    .running
const inboxed = () => bench.count('inbox')

test('a server that starts is counted once, also when it is heard three times', async () => {
  const siteId = await bench.addSite()
  await say(nats, 'vm.created', 1, { ...vm(1, siteId), image: 'tiny' })
  const started = await say(nats, 'vm.started', 1, vm(1, siteId))
  await sayAgain(nats, started)
  await sayAgain(nats, started)
  await say(nats, 'vm.started', 2, vm(2, siteId, 4))
  await eventually(async () => expect(await running(siteId)).toEqual({ vms: 2, vcpus: 6 }))
  await say(nats, 'vm.stopped', 2, { ...vm(2, siteId, 4), reason: 'energy' })
  await eventually(async () => expect(await running(siteId)).toEqual({ vms: 1, vcpus: 2 }))
})

test('what is heard too late changes nothing', async () => {
  const siteId = await bench.addSite()
  await say({ nats, sequence: 5 }, 'vm.started', 3, vm(3, siteId))
  await eventually(async () => expect(await running(siteId)).toEqual({ vms: 1, vcpus: 2 }))
  const before = await inboxed()
  await say({ nats, sequence: 4 }, 'vm.stopped', 3, vm(3, siteId))
  await eventually(async () => expect(await inboxed()).toBe(before + 1))
  expect(await running(siteId)).toEqual({ vms: 1, vcpus: 2 })
})

test('a resized server keeps running, a deleted one is gone', async () => {
  const siteId = await bench.addSite()
  await say(nats, 'vm.started', 4, vm(4, siteId))
  await say(nats, 'vm.resized', 4, { ...vm(4, siteId, 8), from: vm(4, siteId).spec })
  await eventually(async () => expect(await running(siteId)).toEqual({ vms: 1, vcpus: 8 }))
  await say(nats, 'vm.deleted', 4, vm(4, siteId, 8))
  await eventually(async () => expect(await running(siteId)).toEqual({ vms: 0, vcpus: 0 }))
})

test('a server that is paused or has failed uses nothing, a resumed one does', async () => {
  const siteId = await bench.addSite()
  const counts = (vms: number) => eventually(async () => expect((await running(siteId)).vms).toBe(vms))
  await say(nats, 'vm.started', 6, vm(6, siteId))
  await counts(1)
  await say(nats, 'vm.paused', 6, vm(6, siteId))
  await counts(0)
  await say(nats, 'vm.resumed', 6, vm(6, siteId))
  await counts(1)
  await say(nats, 'vm.failed', 6, { ...vm(6, siteId), code: 'crashed', message: 'it crashed' })
  await counts(0)
})

const linkOf = async (siteId: number, inverterId: number): Promise<number | null> =>
  (await bench.ask('GET', `/api/admin/sites/${siteId}/inverters`)).body.data.find(
    (one: { inverterId: number }) => one.inverterId === inverterId,
  ).deviceId

test('a registered device is linked to the inverter with its serial, and unlinked when it retires', async () => {
  const siteId = await bench.addSite()
  const inverterId = await bench.addRoof(siteId)
  const device: EventData<'device.registered'> = {
    deviceId: 31,
    accountId: 5,
    kind: 'inverter',
    brand: 'Hoymiles',
    model: 'HM-800',
    serial: roofSerial.toUpperCase(),
  }
  const linked = () => linkOf(siteId, inverterId)
  const event = await say(nats, 'device.registered', 31, device)
  await sayAgain(nats, event)
  await eventually(async () => expect(await linked()).toBe(31))
  await say(nats, 'device.retired', 31, device)
  await eventually(async () => expect(await linked()).toBeNull())
})

test("an inverter stays with the device that had its serial first, whatever another account's device says", async () => {
  const siteId = await bench.addSite()
  const { body } = await bench.ask('POST', `/api/admin/sites/${siteId}/inverters`, {
    ...{ vendor: 'opendtu', name: 'Second roof', serial: '116180005678', ratedW: 2000 },
  })
  const linked = () => linkOf(siteId, body.data.inverterId)
  let next = 100
  const device = (deviceId: number, accountId: number, serial = '116180005678'): EventData<'device.registered'> => ({
    ...{ deviceId, accountId, serial, kind: 'inverter', brand: 'Hoymiles', model: 'HM-800' },
  })
  type Word = 'registered' | 'updated' | 'retired'
  const told = async (word: Word, data: ReturnType<typeof device>, sequence?: number) => {
    next += 1
    const before = await inboxed()
    const event = await say({ nats, sequence: sequence ?? next }, `device.${word}`, data.deviceId, data)
    await sayAgain(nats, event)
    await eventually(async () => expect(await inboxed()).toBe(before + 1))
  }
  await told('registered', device(51, 5))
  await told('registered', device(58, 8))
  expect(await linked()).toBe(51)
  await told('registered', device(44, 8, 'another'))
  await told('updated', device(44, 8))
  expect(await linked()).toBe(51)
  await told('retired', device(58, 8), 9000)
  await told('updated', device(58, 8), 8000)
  await told('updated', device(51, 5))
  expect(await linked()).toBe(51)
  await told('updated', device(51, 5, 'typed wrong'))
  expect(await linked()).toBe(44)
  await told('updated', device(51, 5))
  await told('retired', device(44, 8))
  expect(await linked()).toBe(51)
  await told('retired', device(51, 5))
  expect(await linked()).toBeNull()
})

test('a device that was registered first is linked when its inverter comes', async () => {
  const device = {
    deviceId: 32,
    accountId: 5,
    kind: 'inverter',
    brand: 'Victron',
    model: 'GX',
    serial: 'c0619ab1cafe',
  } as const
  const before = await inboxed()
  await say(nats, 'device.registered', 32, device)
  await eventually(async () => expect(await inboxed()).toBeGreaterThan(before))
  const siteId = await bench.addSite()
  await bench.addHybrid(siteId)
  const { body } = await bench.ask('GET', `/api/admin/sites/${siteId}/inverters`)
  expect(body.data[0].deviceId).toBe(32)
})
