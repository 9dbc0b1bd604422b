import { transaction } from '@sahary/db/transaction'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { observe, openEngine } from '../src/engine/store.ts'
import { book } from '../src/slots/actions.ts'
import { meterOnce } from '../src/slots/jobs.ts'
import { type Bench, computeBench, order, runningAs, start } from './bench.ts'
import { engineThat } from './wire.ts'

let bench: Bench
let hostId: number
let id: number
beforeEach(async () => {
  bench = await computeBench()
  hostId = (await bench.host()).id
  id = (await bench.ask('POST', '/api/customer/vms', order([await bench.key()]))).data.id
  await bench.seen(id, runningAs({ run }))
})
afterEach(() => bench.close())

const run = start.toISOString()
const after = (ms: number) => new Date(start.getTime() + ms)
const night = 8 * 3_600_000
const ended = (more: object = {}) => runningAs({ run, state: 'exited', exitCode: 139, ...more })
const read = () => {
  const reading = { run, cpuNs: 0n, realAt: bench.clock.now(), businessAt: bench.clock.now() }
  return transaction(bench.db, tx => book(tx, 1, [{ subject: `vm/${id}`, reading, vcpus: 1, origin: reading }]))
}
const timesOf = async (type: string) => (await bench.said(type)).map(event => event.time)

describe('a run that ended while nobody looked', () => {
  it('ended when the engine says, and the next begins now', async () => {
    bench.clock.advance(night)
    await bench.seen(id, ended({ finishedAt: after(60_000) }))
    await bench.seen(id, runningAs({ run: bench.clock.now().toISOString() }))
    expect(await timesOf('vm.failed')).toEqual([after(60_000)])
    expect(await timesOf('vm.started')).toEqual([start, after(night)])
  })

  it('of which the engine does not know when, as after a power cut, ended when it was last seen to run', async () => {
    bench.clock.advance(60_000)
    await read()
    bench.clock.advance(night)
    await bench.seen(id, ended({ exitCode: 255, finishedAt: bench.clock.now() }))
    expect(await timesOf('vm.failed')).toEqual([after(60_000)])
  })

  it('and whose container is gone ended when it was last seen to run', async () => {
    bench.clock.advance(night)
    await bench.seen(id, { kind: 'absent' })
    expect(await timesOf('vm.failed')).toEqual([start])
  })

  it.each([
    ['before it began', after(-60_000), start],
    ['in the future', after(night + 60_000), after(night)],
  ])('never ended %s, whatever the engine says', async (_when, finishedAt, said) => {
    bench.clock.advance(night)
    await bench.ask('POST', `/api/customer/vms/${id}/stop`)
    await bench.seen(id, ended({ finishedAt }))
    expect(await timesOf('vm.stopped')).toEqual([said])
  })

  it.each([
    ['2026-11-20T10:01:00.123456789Z', new Date('2026-11-20T10:01:00.123Z')],
    ['0001-01-01T00:00:00Z', null],
  ])('has the end that the engine names, where it is not the year 1: %s', async (FinishedAt, finishedAt) => {
    const State = { Status: 'exited', StartedAt: run, FinishedAt, ExitCode: 139, OOMKilled: false }
    const engine = await engineThat(() => ({ status: 200, body: { Config: { Labels: {} }, State, HostConfig: {} } }))
    try {
      expect(await observe(openEngine(engine.address, 2000), 'any', 'ours')).toMatchObject({
        finishedAt,
        exitCode: 139,
      })
    } finally {
      await engine.close()
    }
  })

  it('holds its slots open until its end is booked', async () => {
    const engine = await engineThat(() => ({ status: 409, body: { message: 'it is not running' } }))
    const sampling = { ...bench, engine: openEngine(engine.address, 2000), hostId, siteId: 1, local: false }
    const metered = async () => {
      await meterOnce(sampling, new AbortController().signal)
      return (await bench.said('vm.metered')).map(event => event.data)
    }
    try {
      bench.clock.advance(night)
      expect(await metered()).toEqual([])
      await bench.seen(id, ended({ finishedAt: after(60_000) }))
      expect(await metered()).toMatchObject([{ vmId: id, runningSeconds: '60.000' }])
    } finally {
      await engine.close()
    }
  })
})
