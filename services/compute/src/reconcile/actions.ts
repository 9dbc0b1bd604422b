import { emit } from '@sahary/bus/emit'
import type { VmFault, VmReason } from '@sahary/contracts/vm'
import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'
import { type Ending, endings } from '../progress/action.ts'
import { advance, endRunning, succeed } from '../progress/store.ts'
import { lockVm, saveVm } from '../vms/store.ts'
import { desiredOf, type Vm, vmFacts } from '../vms/vm.ts'
import { nextStep, type Observed, progressAt, type Step } from './step.ts'
import { closeRun, lastReadAt, openRun } from './store.ts'
import { countCrash, knowsEnd, statusOf, type Transition, transitionOf } from './transition.ts'

/**
 * The two clocks at the moment of looking: business time is what is told, real time is what crashes are counted by;
 * and the business time at which the engine says that the last run ended.
 */
export type Moment = { at: Date; realAt: Date; finishedAt: Date | null }

/** What was found when a VM was looked at, and what is to be done next. */
export type Looked = { vm: Vm; step: Step }

/**
 * Books what is seen of a VM: says what has happened since the last look, decides the next step, and moves or ends the
 * actions. Null when the VM is gone for good.
 */
export async function look(tx: Tx<Database>, vmId: number, observed: Observed, moment: Moment): Promise<Looked | null> {
  const known = await lockVm(tx, vmId)
  if (!known || known.deletedAt !== null) return null
  const transition = transitionOf(known, desiredOf(known), observed)
  const seen: Vm = observed.kind === 'unknown' ? { ...known } : { ...known, observedAt: moment.at }
  const run = observed.kind === 'present' ? observed.run : known.run
  const isOver = transition.kind === 'stopped' || transition.kind === 'failed'
  const at = isOver ? await endRun(tx, known, observed, moment) : moment.at
  const now: Vm = { ...seen, run: transition.kind === 'none' ? known.run : run }
  const vm = await happened(tx, now, transition, { at, realAt: moment.realAt })
  const step = nextStep(desiredOf(vm), observed)
  const alreadySaid = transition.kind === 'failed'
  const after = await towards(tx, vm, step, { at: moment.at, alreadySaid })
  after.status = statusOf(desiredOf(after), observed)
  await saveVm(tx, after)
  return { vm: after, step }
}

/** Closes a run that is over and gives when it ended; where the engine does not know, when it was last seen to run. */
async function endRun(tx: Tx<Database>, known: Vm, observed: Observed, { at, finishedAt }: Moment): Promise<Date> {
  const lastSeen = Math.max(+((await lastReadAt(tx, known)) ?? 0), +(known.observedAt ?? 0))
  const ended = knowsEnd(observed) ? +(finishedAt ?? at) : lastSeen
  return closeRun(tx, known.id, new Date(Math.min(ended, +at)))
}

/** Says what has happened, and gives the VM with what that changes. */
async function happened(
  tx: Tx<Database>,
  vm: Vm,
  transition: Transition,
  { at, realAt }: Pick<Moment, 'at' | 'realAt'>,
): Promise<Vm> {
  switch (transition.kind) {
    case 'none':
      return vm
    case 'restarted':
      return { ...vm, rebootOf: null }
    case 'started':
      await openRun(tx, vm, at)
      await emit(tx, 'vm.started', vm.id, { ...vmFacts(vm), reason: vm.reason }, { at })
      return { ...vm, running: true, rebootOf: null, bootedAt: vm.bootedAt ?? at, statusReason: null }
    case 'stopped': {
      const reason: VmReason = { us: vm.reason, inside: 'user' as const, outside: 'operator' as const }[transition.by]
      await emit(tx, 'vm.stopped', vm.id, { ...vmFacts(vm), reason }, { at })
      const wish = transition.by === 'inside' ? 'off' : vm.wish
      return { ...vm, wish, reason, running: false, rebootOf: null }
    }
    case 'failed': {
      const { crashes, gaveUp } = countCrash(vm.crashes, vm.crashedAt, realAt)
      await fail(tx, vm, transition, at)
      const wish = gaveUp ? 'off' : vm.wish
      const statusReason = gaveUp ? 'crash_loop' : transition.code
      return { ...vm, wish, statusReason, crashes, crashedAt: realAt, reason: 'crash', running: false, rebootOf: null }
    }
  }
}

type Fault = { code: VmFault; message: string }
const fail = (tx: Tx<Database>, vm: Vm, { code, message }: Fault, at: Date): Promise<void> =>
  emit(tx, 'vm.failed', vm.id, { ...vmFacts(vm), reason: 'crash', code, message }, { at })

/** Books what `step` means for the VM and its running actions. */
async function towards(
  tx: Tx<Database>,
  vm: Vm,
  step: Step,
  { at, alreadySaid }: { at: Date; alreadySaid: boolean },
): Promise<Vm> {
  if (step.do === 'give_up') {
    if (!alreadySaid) await fail(tx, vm, { code: step.code, message: endings[step.code].en }, at)
    await endRunning(tx, vm.id, { ending: step.code, at })
    return { ...vm, wish: 'off', statusReason: step.code, reason: 'crash', settled: false }
  }
  if (step.do !== 'nothing') {
    await advance(tx, vm.id, progressAt(step))
    return { ...vm, settled: false }
  }
  await succeed(tx, vm.id, at)
  if (vm.wish !== 'deleted') return { ...vm, settled: true }
  await emit(tx, 'vm.deleted', vm.id, { ...vmFacts(vm), reason: vm.reason }, { at })
  return { ...vm, settled: true, deletedAt: at }
}

/** Notes the fingerprint of the host key that a VM made at its first boot. */
export async function noteHostKey(tx: Tx<Database>, vmId: number, fingerprint: string): Promise<void> {
  const vm = await lockVm(tx, vmId)
  if (vm) await saveVm(tx, { ...vm, hostKeyFingerprint: fingerprint })
}

/** An action's time is over: it ends with a reason; one that was to make a VM is the end of the attempt. */
export async function giveUpWaiting(tx: Tx<Database>, vmId: number, at: Date): Promise<void> {
  const vm = await lockVm(tx, vmId)
  if (!vm || vm.deletedAt !== null) return
  const ending: Ending = vm.status === 'unknown' ? 'host_unreachable' : 'deadline_passed'
  const neverMade = vm.bootedAt === null && vm.wish === 'running' && ending === 'deadline_passed'
  await endRunning(tx, vmId, { ending: neverMade ? 'creation_failed' : ending, at })
  if (!neverMade) return
  await fail(tx, vm, { code: 'creation_failed', message: endings.creation_failed.en }, at)
  await saveVm(tx, { ...vm, wish: 'off', statusReason: 'creation_failed', reason: 'crash', settled: false })
}
