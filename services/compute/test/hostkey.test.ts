import { eventually } from '@sahary/testing/eventually'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { installationId } from '../src/catalog/store.ts'
import { labelNames } from '../src/engine/container.ts'
import { openEngine } from '../src/engine/store.ts'
import { driveAll } from '../src/reconcile/jobs.ts'
import { type Bench, computeBench, logger, order, runningAs, start } from './bench.ts'
import { engineThat } from './wire.ts'

let bench: Bench
beforeAll(async () => {
  bench = await computeBench()
})
afterAll(() => bench.close())

it('a VM whose host key cannot be read is asked once a turn and then rests', async () => {
  const { id: hostId, siteId } = await bench.host()
  const { data } = await bench.ask('POST', '/api/customer/vms', order([await bench.key()]))
  await bench.seen(data.id, runningAs())
  const installation = await installationId(bench.db)
  const running = {
    Config: { Labels: { [labelNames.installation]: installation } },
    State: { Status: 'running', StartedAt: start.toISOString(), FinishedAt: '0001-01-01T00:00:00Z', ExitCode: 0 },
    HostConfig: { NanoCpus: 1e9, Memory: 128 * 1024 * 1024 },
  }
  const asked = { inspect: 0, archive: 0 }
  const engine = await engineThat(path => {
    asked[path.includes('/archive') ? 'archive' : 'inspect'] += 1
    return path.includes('/archive') ? { status: 404, body: {} } : { status: 200, body: running }
  })
  const { db, clock, hints } = bench
  const driving = { db, clock, logger, engine: openEngine(engine.address, 2000), installation, hostId, siteId }
  const turn = () => driveAll(driving, hints, new AbortController().signal)
  try {
    await turn()
    expect(hints.take([data.id], Date.now())).toEqual([])
    expect(asked).toEqual({ inspect: 1, archive: 1 })
    await eventually(async () => {
      await turn()
      expect(asked).toEqual({ inspect: 2, archive: 2 })
    })
  } finally {
    await engine.close()
  }
})
