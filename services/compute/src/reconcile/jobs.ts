import { randomUUID } from 'node:crypto'
import type { Clock } from '@sahary/clock/clock'
import { transaction } from '@sahary/db/transaction'
import type { Logger } from '@sahary/observability/log'
import { gauge } from '@sahary/observability/metrics'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'
import { findParts } from '../catalog/store.ts'
import { type Engine, isUnreachable } from '../engine/call.ts'
import { listContainers, observe } from '../engine/store.ts'
import { oldestRunningS, overdue } from '../progress/store.ts'
import { findVm, unsettledIds, vmsOfHost } from '../vms/store.ts'
import { containerOf, type Vm } from '../vms/vm.ts'
import { giveUpWaiting, look, type Moment, noteHostKey } from './actions.ts'
import type { Hints } from './hints.ts'
import { perform } from './perform/actions.ts'
import type { Observed, Step } from './step.ts'
import { holdLease, releaseLease } from './store.ts'

export type Driving = {
  db: Kysely<Database>
  engine: Engine
  clock: Clock
  logger: Logger
  installation: string
  hostId: number
  siteId: number
  /** Called after each step at the engine; a test ends the worker there. */
  stepped?: (vmId: number, step: Step) => void
}

/** No VM needs more steps than this in one go; one that does goes on at the next turn. */
const mostSteps = 16
const renewEveryMs = 4_000
/** Shorter than a lease, longer than any bounded look. */
const staleMs = 10_000

/** What comes after a step: the next one, another turn when something is heard, or another turn after a rest. */
type After = 'on' | 'done' | 'rest'

/** Drives one VM until nothing is left to do, the engine does not answer, it has to rest, or somebody else drives it. */
export async function drive(driving: Driving, vmId: number): Promise<After> {
  const holder = randomUUID()
  let after: After = 'on'
  if (!(await holdLease(driving.db, vmId, holder))) return 'done'
  const renewal = setInterval(() => void holdLease(driving.db, vmId, holder).catch(() => undefined), renewEveryMs)
  try {
    for (let step = 0; step < mostSteps && after === 'on'; step++) after = await driveOnce(driving, vmId, holder)
    return after
  } finally {
    clearInterval(renewal)
    await releaseLease(driving.db, vmId, holder)
  }
}

/** The moment of a look, with what the engine says of the past told by the business clock. */
export function momentOf(clock: Clock, observed: Observed): Moment {
  const finishedAt = observed.kind === 'present' && observed.finishedAt ? clock.shownAt(observed.finishedAt) : null
  return { at: clock.now(), realAt: new Date(), finishedAt }
}

/** Looks at a VM and takes one step. */
async function driveOnce(driving: Driving, vmId: number, holder: string): Promise<After> {
  const { db, engine, clock, installation } = driving
  const before = await findVm(db, vmId)
  if (!before || before.hostId !== driving.hostId) return 'done'
  const since = Date.now()
  const observed = await observe(engine, containerOf(before), installation)
  // Whoever was held up between looking and booking has seen the past.
  if (Date.now() - since > staleMs) return 'on'
  const looked = await transaction(db, async tx => {
    return (await holdLease(tx, vmId, holder)) ? look(tx, vmId, observed, momentOf(clock, observed)) : null
  })
  if (!looked || looked.step.do === 'nothing' || looked.step.do === 'wait') return 'done'
  const after = looked.step.do === 'give_up' ? 'on' : await take(driving, looked.vm, looked.step)
  driving.stepped?.(vmId, looked.step)
  return after
}

async function take(driving: Driving, vm: Vm, step: Step): Promise<After> {
  const { db, engine, installation } = driving
  const parts = await findParts(db, vm.vmType, vm.image)
  const fingerprint = await perform({ db, engine, installation, ...parts }, vm, step)
  if (fingerprint !== null) await transaction(db, tx => noteHostKey(tx, vm.id, fingerprint))
  // Its owner may have taken the key away for good.
  return step.do === 'read_host_key' && fingerprint === null ? 'rest' : 'on'
}

const mostAtOnce = 4

/** One turn: every VM of this host that is not as it should be, and those that something was heard of. */
export async function driveAll(driving: Driving, hints: Hints, signal: AbortSignal): Promise<void> {
  const { db, hostId, clock, logger } = driving
  for (const { vmId } of await overdue(db, hostId)) await transaction(db, tx => giveUpWaiting(tx, vmId, clock.now()))
  const queue = hints.take(await unsettledIds(db, hostId), Date.now())
  const worker = async () => {
    for (let vmId = queue.shift(); vmId !== undefined && !signal.aborted; vmId = queue.shift()) {
      try {
        if ((await drive(driving, vmId)) === 'rest') hints.rest(vmId, Date.now())
        else hints.went(vmId)
      } catch (error) {
        const faults = hints.rest(vmId, Date.now())
        const level = isUnreachable(error) || faults % 10 !== 1 ? 'debug' : 'warn'
        logger[level]({ error, vmId, faults }, 'a VM could not be driven')
      }
    }
  }
  await Promise.all(Array.from({ length: mostAtOnce }, worker))
}

/** Compares the engine's whole list with what is known: events are hints, the list is the truth. */
export async function compareAll(driving: Driving, hints: Hints): Promise<void> {
  const { db, engine, installation, hostId, logger } = driving
  const listed = await listContainers(engine, installation)
  const vms = await vmsOfHost(db, hostId)
  measure(vms, await oldestRunningS(db, hostId))
  for (const vm of vms) {
    const found = listed.find(one => one.name === containerOf(vm))
    const runs = found?.state === 'running' || found?.state === 'paused'
    if (runs !== vm.running || vm.status === 'unknown') hints.add(vm.id)
  }
  // Never removed by us: a container without a row may be somebody's only copy.
  const orphans = listed.filter(one => !vms.some(vm => containerOf(vm) === one.name)).map(one => one.name)
  if (orphans.length > 0) logger.warn({ orphans }, 'containers of this installation belong to no VM')
}

/** What somebody who is woken at night looks at first: what the VMs of this host do, and for how long one has been waited for. */
function measure(vms: readonly Vm[], oldestS: number): void {
  const states = gauge('compute_vms', 'VMs of this host, by observed state.', ['status'])
  states.reset()
  for (const { status } of vms) states.inc({ status })
  const unsettled = vms.filter(vm => !vm.settled).length
  gauge('compute_vms_unsettled', 'VMs of this host that are not yet what they should be.').set(unsettled)
  gauge('compute_oldest_action_seconds', 'Real seconds since the oldest running action began; 0 when none runs.').set(
    oldestS,
  )
}
