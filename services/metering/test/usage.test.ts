import { transaction } from '@sahary/db/transaction'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { shareSlots } from '../src/energy/jobs.ts'
import { scaled } from '../src/quantity/quantity.ts'
import { recordUsage } from '../src/usage/actions.ts'
import { recordDue } from '../src/usage/jobs.ts'
import { type Bench, meteringBench, patience, slotPatience } from './bench.ts'
import { at, metered, slot, spec, text, vm } from './site.ts'

let bench: Bench
beforeEach(async () => {
  bench = await meteringBench()
})
afterEach(() => bench.close())

const sum = (said: { data: Record<string, unknown> }[], field: string): bigint =>
  said.reduce((total, each) => total + scaled(each.data[field] as string), 0n)
const wattHours = (said: { data: Record<string, unknown> }[]): bigint =>
  said
    .flatMap(each => Object.values(each.data.energyWh as Record<string, string>))
    .reduce((total, each) => total + scaled(each), 0n)
const work = async () => {
  await shareSlots(bench.deps, slotPatience)
  return recordDue(bench.deps, patience)
}
/** A VM that is created and started at ten o'clock. */
const start = async (vmId: number, minutes = 0) => {
  await bench.hear('vm.created', { ...vm(vmId), image: 'tiny' }, { at: at(minutes) })
  await bench.hear('vm.started', vm(vmId), { at: at(minutes) })
}
/** The slots of an hour, in which two VMs work as much as they are told. */
const hear = async (from: number, to: number, cpuSeconds: Record<number, string>) => {
  for (let minutes = from; minutes < to; minutes += 5) {
    await bench.hear('energy.slot_closed', slot(minutes))
    for (const [vmId, seconds] of Object.entries(cpuSeconds))
      await bench.hear('vm.metered', metered(Number(vmId), minutes, seconds))
  }
}

describe('an hour of a running VM', () => {
  it('is recorded once, with its energy, as soon as its last slot is shared', async () => {
    await start(1)
    await start(2)
    await hear(0, 55, { 1: '150', 2: '10' })
    bench.clock.set(at(61))
    expect((await work()).recorded).toBe(0)
    await hear(55, 60, { 1: '150', 2: '10' })
    expect((await work()).recorded).toBe(2)
    expect((await work()).recorded).toBe(0)
    const said = await bench.said()
    expect(said.map(each => [each.type, each.data.vmId, each.data.from, each.data.to])).toEqual([
      ['usage.recorded', 1, text(0), text(60)],
      ['usage.recorded', 2, text(0), text(60)],
    ])
    expect(said[0]!.data).toMatchObject({
      accountId: 7,
      spec,
      runningSeconds: '3600',
      vcpuSeconds: '3600',
      memoryMibSeconds: '1843200',
      diskGibSeconds: '36000',
      shedSeconds: '0',
    })
    // Twelve slots: 20 Wh of work shared 150 : 10 of 200 s, 20 Wh that flows anyway halved by reservation.
    expect(said[0]!.data.energyWh).toEqual({ solar: '225', battery: '75', grid: '0', generator: '0' })
    expect(wattHours(said)).toBe(12n * 36_000n)
    expect(await bench.unbalanced()).toEqual([])
  })

  it('is recorded without energy when the grace is over, and what comes later adjusts it once', async () => {
    await start(1)
    bench.clock.set(at(79))
    expect((await work()).recorded).toBe(0)
    bench.clock.set(at(80))
    expect((await work()).recorded).toBe(1)
    await hear(0, 60, { 1: '100' })
    expect((await work()).late).toBe(12)
    expect((await work()).late).toBe(0)
    const said = await bench.said()
    expect(said.map(each => each.type)).toEqual(['usage.recorded', 'usage.adjusted'])
    expect(wattHours(said.slice(0, 1))).toBe(0n)
    expect(said[1]!.data).toMatchObject({
      adjustsUsageId: said[0]!.data.usageId,
      reason: 'late_energy',
      from: text(0),
      to: text(60),
      runningSeconds: '0',
    })
    expect(wattHours(said)).toBe(12n * 20_000n)
    expect(await bench.unbalanced()).toEqual([])
  })

  it('waits for a VM that has not been metered, and takes it out of the platform when it comes too late', async () => {
    await start(1)
    await start(2)
    await bench.hear('energy.slot_closed', slot(0))
    await bench.hear('vm.metered', metered(1, 0, '100'))
    bench.clock.set(at(10))
    expect(await shareSlots(bench.deps, slotPatience)).toBe(0)
    bench.clock.set(at(15))
    expect(await shareSlots(bench.deps, slotPatience)).toBe(1)
    await bench.hear('vm.metered', metered(2, 0, '100'))
    expect(await bench.unbalanced()).toEqual([])
    const rows = await bench.db.selectFrom('vm_slot').select(['vm_id', 'solar_wh']).orderBy('vm_id').execute()
    expect(rows).toEqual([
      { vm_id: 1n, solar_wh: '15.000' },
      { vm_id: 2n, solar_wh: '15.000' },
    ])
  })
})

describe('a VM that is gone', () => {
  it('still gets the energy of its last slot, however late', async () => {
    await start(1)
    await bench.hear('vm.deleted', vm(1), { at: at(3) })
    bench.clock.set(at(60))
    await work()
    await bench.hear('energy.slot_closed', slot(0))
    await bench.hear('vm.metered', metered(1, 0, '100', '180'))
    expect((await work()).late).toBe(1)
    const said = await bench.said()
    expect(said.map(each => [each.type, each.data.to])).toEqual([
      ['usage.recorded', text(3)],
      ['usage.adjusted', text(3)],
    ])
    expect(wattHours(said)).toBe(16_000n)
    expect((await work()).late).toBe(0)
  })
})

describe('a change within the hour', () => {
  it('closes a record at stop, counts the time shed, and at delete the last one', async () => {
    await start(1)
    await bench.hear('vm.stopped', vm(1, { reason: 'energy' }), { at: at(12) })
    await bench.hear('vm.started', vm(1, { reason: 'energy' }), { at: at(13) })
    await bench.hear('vm.deleted', vm(1), { at: at(40) })
    await hear(0, 40, {})
    bench.clock.set(at(75))
    await work()
    const said = await bench.said()
    expect(said.map(each => [each.data.from, each.data.to, each.data.runningSeconds, each.data.shedSeconds])).toEqual([
      [text(0), text(12), '720', '0'],
      [text(12), text(13), '0', '60'],
      [text(13), text(40), '1620', '0'],
    ])
    bench.clock.set(at(300))
    expect((await work()).recorded).toBe(0)
  })

  it('gives a slot in which the VM stopped and started to one record only', async () => {
    await start(1)
    await bench.hear('vm.stopped', vm(1), { at: at(2) })
    await bench.hear('vm.started', vm(1), { at: at(3) })
    await hear(0, 60, { 1: '100' })
    bench.clock.set(at(80))
    await work()
    const said = await bench.said()
    expect(wattHours(said)).toBe(12n * 20_000n)
    expect(said.map(each => wattHours([each]))).toEqual([20_000n, 0n, 220_000n])
    const { rows } = await bench.pool.query('select count(*)::int as unused from vm_slot where usage_id is null')
    expect(rows).toEqual([{ unused: 0 }])
  })

  it('closes a record at a resize, and the next one has the new size', async () => {
    await start(1)
    await bench.hear('vm.resized', { ...vm(1, { spec: { ...spec, vcpus: 2 } }), from: spec }, { at: at(30) })
    bench.clock.set(at(80))
    await work()
    const said = await bench.said()
    expect(said.map(each => [each.data.runningSeconds, each.data.vcpuSeconds])).toEqual([
      ['1800', '1800'],
      ['1800', '3600'],
    ])
  })
})

describe('a VM without a disk', () => {
  const failed = { ...vm(1, { reason: 'crash' }), code: 'creation_failed', message: 'The server could not be made.' }

  it('takes nothing, and whatever it takes once it starts after all', async () => {
    await bench.hear('vm.created', { ...vm(1), image: 'tiny' }, { at: at(0) })
    await bench.hear('vm.failed', failed, { at: at(0) })
    bench.clock.set(at(80))
    await work()
    expect(await bench.said()).toEqual([])
    const days = 4 * 24 * 60
    await bench.hear('vm.started', vm(1), { at: at(days) })
    bench.clock.set(at(days + 80))
    await work()
    expect((await bench.said()).map(each => [each.data.from, each.data.diskGibSeconds])).toEqual([
      [text(days), '36000'],
    ])
  })

  it('gives back what was recorded before its failure was heard', async () => {
    await bench.hear('vm.created', { ...vm(1), image: 'tiny' }, { at: at(0), sequence: 1 })
    await bench.hear('vm.resized', { ...vm(1), from: spec }, { at: at(30), sequence: 3 })
    bench.clock.set(at(80))
    await work()
    expect(sum(await bench.said(), 'diskGibSeconds')).toBe(scaled('36000'))
    await bench.hear('vm.failed', failed, { at: at(0), sequence: 2 })
    expect(sum(await bench.said(), 'diskGibSeconds')).toBe(0n)
    bench.clock.set(at(200))
    await work()
    expect(sum(await bench.said(), 'diskGibSeconds')).toBe(0n)
  })
})

describe('late and repeated news', () => {
  it('gives the same sums in whatever order and however often it comes', async () => {
    await bench.hear('vm.stopped', vm(1, { reason: 'energy' }), { at: at(20), sequence: 3 })
    await bench.hear('vm.created', { ...vm(1), image: 'tiny' }, { at: at(0), sequence: 1 })
    await bench.hear('vm.started', vm(1), { at: at(1), sequence: 2 })
    await bench.hear('vm.stopped', vm(1, { reason: 'energy' }), { at: at(20), sequence: 3 })
    await bench.hear('vm.started', vm(1), { at: at(30), sequence: 4 })
    bench.clock.set(at(80))
    await work()
    const said = await bench.said()
    expect(sum(said, 'runningSeconds')).toBe(scaled('2940'))
    expect(sum(said, 'shedSeconds')).toBe(scaled('600'))
    expect(sum(said, 'diskGibSeconds')).toBe(scaled('36000'))
  })

  it('about an hour that was recorded becomes an adjustment which names it', async () => {
    await start(1)
    bench.clock.set(at(80))
    await work()
    await bench.hear('vm.stopped', vm(1, { reason: 'energy' }), { at: at(50) })
    const said = await bench.said()
    expect(said.map(each => each.type)).toEqual(['usage.recorded', 'usage.adjusted'])
    expect(said[1]!.data).toMatchObject({
      adjustsUsageId: said[0]!.data.usageId,
      reason: 'late_event',
      runningSeconds: '-600',
      shedSeconds: '600',
      diskGibSeconds: '0',
    })
    bench.clock.set(at(141))
    await work()
    expect((await bench.said()).at(-1)!.data).toMatchObject({
      from: text(60),
      runningSeconds: '0',
      shedSeconds: '3600',
    })
  })

  it('that the VM is older than we thought makes records of the hours nobody knew of', async () => {
    await bench.hear('vm.started', vm(1), { at: at(30), sequence: 2 })
    bench.clock.set(at(80))
    await work()
    await bench.hear('vm.created', { ...vm(1), image: 'tiny' }, { at: at(10), sequence: 1 })
    const said = await bench.said()
    expect(said.map(each => [each.data.from, each.data.to])).toEqual([
      [text(30), text(60)],
      [text(10), text(30)],
    ])
  })
})

describe('catching up', () => {
  it('records many hours in one turn when the clock has run ahead', async () => {
    await start(1)
    bench.clock.set(at(60 * 24 * 10 + 30))
    expect((await work()).recorded).toBe(240)
    expect(sum(await bench.said(), 'runningSeconds')).toBe(scaled(String(240 * 3600)))
  })

  it('that a crash interrupts in the middle says nothing, and is done again', async () => {
    await start(1)
    bench.clock.set(at(80))
    const crash = transaction(bench.db, async tx => {
      const watch = { now: bench.clock.now(), rate: 1, realNow: new Date() }
      expect(await recordUsage(tx, 1, watch, patience)).toBe(1)
      await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx)
    })
    await expect(crash).rejects.toThrow()
    expect(await bench.said()).toEqual([])
    expect((await work()).recorded).toBe(1)
    expect((await bench.said()).length).toBe(1)
  })

  it('of two replicas at once writes nothing twice and leaves nothing out', async () => {
    for (let vmId = 1; vmId <= 8; vmId++) await start(vmId)
    await hear(0, 60, Object.fromEntries(Array.from({ length: 8 }, (_, index) => [index + 1, '20'])))
    bench.clock.set(at(60 * 30))
    await Promise.all([work(), work(), work()])
    await work()
    const said = await bench.said()
    const keys = said.map(each => `${each.data.vmId} ${each.data.from}`)
    expect(new Set(keys).size).toBe(keys.length)
    expect(sum(said, 'runningSeconds')).toBe(8n * scaled(String(29 * 3600)))
    expect(await bench.unbalanced()).toEqual([])
  })
})
