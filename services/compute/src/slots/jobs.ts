import { cpus } from 'node:os'
import type { Clock } from '@sahary/clock/clock'
import { containerName } from '@sahary/contracts/vm'
import { transaction } from '@sahary/db/transaction'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'
import type { Engine } from '../engine/call.ts'
import { readCpuNs } from '../engine/store.ts'
import { book, closeSlots, mayHaveMore, originOf, type Sample } from './actions.ts'
import { forgetRuns, runningVms } from './store.ts'

export type Sampling = {
  db: Kysely<Database>
  engine: Engine
  clock: Clock
  hostId: number
  siteId: number
  /** The engine runs on this very machine, so that the machine's own counters tell of the whole host. */
  local: boolean
}

/** Busy time of all processors of this machine since it was booted, in nanoseconds. */
const machineCpuNs = (): bigint =>
  cpus().reduce((sum, { times }) => sum + BigInt(times.user + times.nice + times.sys + times.irq), 0n) * 1_000_000n

const mostAtOnce = 4

/** Reads the counters of the host and of each VM that runs on it. */
async function sampleAll({ db, engine, clock, hostId, local }: Sampling): Promise<Sample[]> {
  const vms = await runningVms(db, hostId)
  const samples: Sample[] = []
  let endUnbooked = false
  const worker = async () => {
    for (let vm = vms.shift(); vm !== undefined; vm = vms.shift()) {
      const cpuNs = await readCpuNs(engine, containerName(vm.id, vm.incarnation))
      if (cpuNs === null) {
        endUnbooked = true
        continue
      }
      const reading = { run: vm.run, cpuNs, realAt: new Date(), businessAt: clock.now() }
      samples.push({ subject: `vm/${vm.id}`, reading, vcpus: vm.vcpus, origin: originOf(vm) })
    }
  }
  await Promise.all(Array.from({ length: mostAtOnce }, worker))
  // Slots stay open until it is known when a VM ended that does not run any more.
  if (endUnbooked) return samples
  const host = { run: 'host', cpuNs: local ? machineCpuNs() : 0n, realAt: new Date(), businessAt: clock.now() }
  // Last, and with the earliest business time: nothing of a slot that it lets close is still to be read.
  const businessAt = new Date(Math.min(+host.businessAt, ...samples.map(({ reading }) => +reading.businessAt)))
  return [
    ...samples,
    { subject: `host/${hostId}`, reading: { ...host, businessAt }, vcpus: cpus().length, origin: null },
  ]
}

/** One turn: reads the counters, books them, closes every slot of the site that is over, and forgets what is long past. */
export async function meterOnce(sampling: Sampling, signal: AbortSignal): Promise<void> {
  const { db, siteId } = sampling
  const samples = await sampleAll(sampling)
  await transaction(db, tx => book(tx, siteId, samples))
  while (!signal.aborted && mayHaveMore(await transaction(db, tx => closeSlots(tx, siteId))));
  await forgetRuns(db, siteId)
}
