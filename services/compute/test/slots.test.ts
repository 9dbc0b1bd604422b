import { transaction } from '@sahary/db/transaction'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { book, closeSlots, type Sample } from '../src/slots/actions.ts'
import { slotMs } from '../src/slots/slot.ts'
import { type Bench, computeBench, order, runningAs, start } from './bench.ts'

let bench: Bench
let hostId: number
beforeEach(async () => {
  bench = await computeBench()
  hostId = (await bench.host()).id
})
afterEach(() => bench.close())

const realStart = start.getTime()
const run = start.toISOString()
const vm = async (more = {}): Promise<number> => {
  const { data } = await bench.ask('POST', '/api/customer/vms', order([await bench.key()], more))
  await bench.seen(data.id, runningAs({ run }))
  return data.id
}
/** A reading of `cpuS` used seconds after `realS` real seconds, at the clock's time. */
const sample = (subject: string, cpuS: number, realS: number, vcpus = 1) => ({
  subject,
  vcpus,
  reading: {
    run: subject.startsWith('vm') ? run : 'host',
    cpuNs: BigInt(cpuS * 1e9),
    realAt: new Date(realStart + realS * 1000),
    businessAt: bench.clock.now(),
  },
  origin: subject.startsWith('vm') ? { run, cpuNs: 0n, realAt: start, businessAt: start } : null,
})
const booked = (...samples: Sample[]) => transaction(bench.db, tx => book(tx, 1, samples))
const closed = () => transaction(bench.db, tx => closeSlots(tx, 1))
const host = (cpuS: number, realS: number) => sample(`host/${hostId}`, cpuS, realS, 2)
const metered = async () => (await bench.said('vm.metered')).map(event => event.data as Record<string, string>)

describe('a closed slot', () => {
  it('tells what each VM used of its site, the busy one more than its idle twin', async () => {
    const [busy, idle] = [await vm(), await vm()]
    await booked(host(0, 0), sample(`vm/${busy}`, 0, 0), sample(`vm/${idle}`, 0, 0))
    bench.clock.advance(slotMs)
    await booked(sample(`vm/${busy}`, 150, 300), sample(`vm/${idle}`, 1.5, 300), host(180, 300))
    expect(await closed()).toBe(1)
    expect(await metered()).toMatchObject([
      { vmId: busy, cpuSeconds: '150.000000', runningSeconds: '300.000', siteCpuSeconds: '180.000000', siteVcpus: 2 },
      { vmId: idle, cpuSeconds: '1.500000', runningSeconds: '300.000', siteCpuSeconds: '180.000000', vcpus: 1 },
    ])
  })

  it('is said once, however often it is closed and by however many', async () => {
    const id = await vm()
    await booked(host(0, 0), sample(`vm/${id}`, 0, 0))
    bench.clock.advance(slotMs)
    await booked(sample(`vm/${id}`, 10, 300), host(20, 300))
    const counts = await Promise.all([closed(), closed(), closed()])
    expect(counts.sort()).toEqual([0, 0, 1])
    expect(await metered()).toHaveLength(1)
  })

  it('scales use with the business clock: half a core is half a core at any rate', async () => {
    const id = await vm()
    await booked(host(0, 0), sample(`vm/${id}`, 0, 0))
    // Two real seconds, in which a quarter of an hour went by.
    bench.clock.advance(3 * slotMs)
    await booked(sample(`vm/${id}`, 1, 2), host(1, 2))
    expect(await closed()).toBe(3)
    expect((await metered()).map(slot => [slot.cpuSeconds, slot.runningSeconds])).toEqual(
      Array(3).fill(['150.000000', '300.000']),
    )
  })

  it('counts running seconds from the runs, and no use beyond them', async () => {
    const id = await vm()
    await booked(host(0, 0), sample(`vm/${id}`, 0, 0))
    bench.clock.advance(60_000)
    await bench.ask('POST', `/api/customer/vms/${id}/stop`)
    await bench.seen(id, runningAs({ run, state: 'exited' }))
    bench.clock.advance(slotMs)
    await booked(host(500, 360))
    expect(await closed()).toBe(1)
    expect(await metered()).toMatchObject([{ runningSeconds: '60.000', cpuSeconds: '0.000000' }])
  })

  it('counts a VM that was rebooted for what its new run used since it began, not since the first one did', async () => {
    const id = await vm()
    await booked(host(0, 0), sample(`vm/${id}`, 0, 0))
    bench.clock.advance(slotMs)
    await booked(sample(`vm/${id}`, 3, 300), host(3, 300))
    expect(await closed()).toBe(1)
    bench.clock.advance(5000)
    const { origin, ...rebooted } = sample(`vm/${id}`, 1, 305)
    const began = { run: 'another', realAt: new Date(realStart + 300_000) }
    const reading = { ...rebooted.reading, run: began.run }
    await booked({ ...rebooted, reading, origin: { ...origin!, ...began } })
    bench.clock.advance(slotMs)
    await booked(host(4, 605))
    expect(await closed()).toBe(1)
    expect((await metered()).map(slot => slot.cpuSeconds)).toEqual(['3.000000', '1.000000'])
  })

  it('counts a stretch once when two replicas read the same engine and the older reading is booked last', async () => {
    const id = await vm()
    await booked(host(0, 0), sample(`vm/${id}`, 0, 0))
    bench.clock.advance(100_000)
    const older = sample(`vm/${id}`, 50, 100)
    bench.clock.advance(50_000)
    await booked(sample(`vm/${id}`, 75, 150))
    await booked(older)
    bench.clock.advance(150_000)
    await booked(sample(`vm/${id}`, 150, 300), host(300, 300))
    expect(await closed()).toBe(1)
    expect(await metered()).toMatchObject([{ cpuSeconds: '150.000000' }])
  })

  it('follows a leap of eighty days', async () => {
    const id = await vm()
    await booked(host(0, 0), sample(`vm/${id}`, 0, 0))
    bench.clock.advance(80 * 288 * slotMs)
    await booked(sample(`vm/${id}`, 1, 2), host(1, 2))
    expect(await closed()).toBeGreaterThan(0)
    expect((await metered())[0]).toMatchObject({ cpuSeconds: '150.000000', runningSeconds: '300.000' })
  })

  it('waits until its host has been read past its end', async () => {
    const id = await vm()
    await booked(host(0, 0), sample(`vm/${id}`, 0, 0))
    bench.clock.advance(slotMs - 1000)
    await booked(sample(`vm/${id}`, 3, 299), host(9, 299))
    bench.clock.advance(60_000)
    expect(await closed()).toBe(0)
    await booked(sample(`vm/${id}`, 4, 359), host(10, 359))
    expect(await closed()).toBe(1)
  })

  it('after a long quiet time is the next in which something ran', async () => {
    await booked(host(0, 0))
    bench.clock.advance(1000 * slotMs)
    const { data } = await bench.ask('POST', '/api/customer/vms', order([await bench.key()]))
    await bench.seen(data.id, runningAs({ run }))
    bench.clock.advance(slotMs)
    await booked(host(1, 10))
    expect(await closed()).toBe(1)
    expect(await metered()).toMatchObject([{ from: new Date(realStart + 1000 * slotMs).toISOString() }])
  })
})
