import { startJob } from '@sahary/clock/job'
import type Docker from 'dockerode'
import { installationId } from '../src/catalog/store.ts'
import { labelNames } from '../src/engine/container.ts'
import { openEngine } from '../src/engine/store.ts'
import { beat } from '../src/hosts/jobs.ts'
import { listHosts } from '../src/hosts/store.ts'
import { compareAll, type Driving, driveAll } from '../src/reconcile/jobs.ts'
import type { Step } from '../src/reconcile/step.ts'
import { type Bench, logger, rulesOf } from './bench.ts'

/** Drives a bench's VMs on an engine, as the service does but with shorter pauses. */
export async function driverOn(
  bench: Bench,
  engine: { address: string; docker: Docker },
  stepped?: (vmId: number, step: Step) => void,
) {
  const opened = openEngine(engine.address, 2000)
  const host = await beat(bench.deps, opened, { ...rulesOf('real'), cpuOvercommit: 16 })
  const driving: Driving = {
    db: bench.db,
    engine: opened,
    clock: bench.clock,
    logger,
    installation: await installationId(bench.db),
    hostId: host.id,
    siteId: host.siteId,
    ...(stepped ? { stepped } : {}),
  }
  const drives = startJob({
    name: 'drive',
    everyMs: 100,
    logger,
    run: signal => driveAll(driving, bench.hints, signal),
  })
  const compares = startJob({ name: 'compare', everyMs: 500, logger, run: () => compareAll(driving, bench.hints) })
  bench.hints.onAdd(drives.wake)
  const stop = async () => {
    await compares.stop()
    await drives.stop()
  }
  const { cores } = (await listHosts(bench.db)).find(({ id }) => id === host.id)!
  return {
    driving,
    cores,
    stop,
    /** Ends the driving and takes away what this bench made at the engine, by exact ids. */
    close: async () => {
      await stop()
      const filters = { label: [`${labelNames.installation}=${driving.installation}`] }
      for (const { Id } of await engine.docker.listContainers({ all: true, filters }))
        await engine.docker.getContainer(Id).remove({ force: true, v: true })
      for (const { Id } of await engine.docker.listNetworks({ filters })) await engine.docker.getNetwork(Id).remove()
    },
  }
}
