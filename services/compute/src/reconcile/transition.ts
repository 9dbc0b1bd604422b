import type { VmState } from '@sahary/contracts/vm'
import type { Desired, Observed } from './step.ts'

/** What we last knew of a VM: whether we have said that it runs, and which run that was. */
export type Known = { running: boolean; run: string | null }

/** What has happened between what we knew and what is seen. */
export type Transition =
  | { kind: 'none' }
  | { kind: 'started' }
  /** Another run than the one we knew: a reboot of ours, or one that ended and began unseen. */
  | { kind: 'restarted' }
  /** `inside`: its owner powered it off from within; `outside`: something other than us ended it in order. */
  | { kind: 'stopped'; by: 'us' | 'inside' | 'outside' }
  | { kind: 'failed'; code: 'out_of_memory' | 'exited' | 'disk_missing'; message: string }

/** Exit status of our images' init: powered off from inside, rebooted from inside, and ends in order. */
const poweredOff = 100
const inOrder = new Set([0, 101, 129, 130, 143])

/** Compares what we knew with what is seen; what cannot be seen has not happened. */
export function transitionOf(known: Known, desired: Desired, observed: Observed): Transition {
  if (observed.kind === 'unknown') return { kind: 'none' }
  const runs = observed.kind === 'present' && observed.ours && isRunning(observed.state)
  if (runs) {
    if (!known.running) return { kind: 'started' }
    return known.run === observed.run ? { kind: 'none' } : { kind: 'restarted' }
  }
  if (!known.running) return { kind: 'none' }
  if (desired.target !== 'running') return { kind: 'stopped', by: 'us' }
  if (observed.kind === 'absent' || !observed.ours)
    return { kind: 'failed', code: 'disk_missing', message: 'The container is gone from its host.' }
  if (observed.outOfMemory && observed.exitCode === 137)
    return { kind: 'failed', code: 'out_of_memory', message: 'The server used up its memory and was ended.' }
  if (observed.exitCode === poweredOff) return { kind: 'stopped', by: 'inside' }
  if (inOrder.has(observed.exitCode)) return { kind: 'stopped', by: 'outside' }
  return { kind: 'failed', code: 'exited', message: `The server ended with status ${observed.exitCode}.` }
}

/** The engine's exit status for a run that it did not see ending; the time it names is when it found out. */
const endUnseen = 255

/** Whether the engine knows when the last run ended: it does not after a power cut, nor of a container that is gone. */
export const knowsEnd = (observed: Observed): boolean =>
  observed.kind === 'present' && observed.ours && observed.exitCode !== endUnseen

const isRunning = (state: string): boolean => state === 'running' || state === 'paused'

/** How many times a VM may end by itself within this real time before it is left off. */
export const crashLimit = { times: 5, withinMs: 600_000 } as const

/** The count of crashes with one more at `now`: a long quiet time forgives the earlier ones. */
export function countCrash(crashes: number, crashedAt: Date | null, now: Date): { crashes: number; gaveUp: boolean } {
  const recent = crashedAt !== null && now.getTime() - crashedAt.getTime() < crashLimit.withinMs
  const count = recent ? crashes + 1 : 1
  return { crashes: count, gaveUp: count > crashLimit.times }
}

/** The word that people see. */
export function statusOf(desired: Desired, observed: Observed): VmState {
  if (observed.kind === 'unknown') return 'unknown'
  if (desired.target === 'deleted') return 'deleting'
  const state = observed.kind === 'present' && observed.ours ? observed.state : 'absent'
  if (state === 'running' || state === 'restarting') {
    if (desired.target === 'off') return 'stopping'
    return desired.hostKeyKnown ? 'running' : 'starting'
  }
  if (state === 'paused') return 'paused'
  if (desired.target === 'off') return 'off'
  return desired.booted ? 'starting' : 'initializing'
}
