/** What the engine was seen to have under a VM's name. `run` is the start time of the present or last run. */
export type Observed =
  | { kind: 'unknown' }
  | { kind: 'absent' }
  | {
      kind: 'present'
      ours: boolean
      state: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead'
      run: string
      /** The real time at which the last run ended, by the engine's word. */
      finishedAt: Date | null
      exitCode: number
      outOfMemory: boolean
      nanoCpus: number
      memoryBytes: number
    }

export type Target = 'running' | 'off' | 'deleted'

/** What a VM should be, as far as its container goes. */
export type Desired = {
  target: Target
  nanoCpus: number
  memoryBytes: number
  rebootOf: string | null
  /** It has run before, so its disk exists: an absent container is a loss, never a reason to make an empty one. */
  booted: boolean
  hostKeyKnown: boolean
}

export type Work = 'create' | 'start' | 'unpause' | 'limit' | 'restart' | 'read_host_key' | 'stop' | 'remove'
export type Step =
  | { do: 'nothing' }
  | { do: 'wait' }
  | { do: 'give_up'; code: 'disk_missing' | 'container_name_taken' | 'container_dead' }
  | { do: Work }

type Present = Extract<Observed, { kind: 'present' }>

/** The next thing to do so that `observed` becomes `desired`; one step at a time, each safe to repeat. */
export function nextStep(desired: Desired, observed: Observed): Step {
  if (observed.kind === 'unknown') return { do: 'wait' }
  if (observed.kind === 'absent') return withoutContainer(desired)
  if (!observed.ours)
    return desired.target === 'running' ? { do: 'give_up', code: 'container_name_taken' } : { do: 'nothing' }
  if (observed.state === 'removing' || observed.state === 'restarting') return { do: 'wait' }
  if (desired.target === 'running') return towardsRunning(desired, observed)
  if (observed.state === 'running' || observed.state === 'paused') return { do: 'stop' }
  return desired.target === 'deleted' ? { do: 'remove' } : { do: 'nothing' }
}

function withoutContainer(desired: Desired): Step {
  if (desired.target !== 'running') return { do: 'nothing' }
  return desired.booted ? { do: 'give_up', code: 'disk_missing' } : { do: 'create' }
}

function towardsRunning(desired: Desired, observed: Present): Step {
  if (observed.state === 'dead') return { do: 'give_up', code: 'container_dead' }
  if (observed.state === 'paused') return { do: 'unpause' }
  // Before the start, so that a VM never runs with limits that are not its own.
  if (observed.nanoCpus !== desired.nanoCpus || observed.memoryBytes !== desired.memoryBytes) return { do: 'limit' }
  if (observed.state !== 'running') return { do: 'start' }
  if (desired.rebootOf === observed.run) return { do: 'restart' }
  return desired.hostKeyKnown ? { do: 'nothing' } : { do: 'read_host_key' }
}

const progress: Record<Work, number> = {
  create: 20,
  limit: 40,
  start: 50,
  unpause: 50,
  restart: 50,
  read_host_key: 80,
  stop: 30,
  remove: 70,
}

/** How far an action is when `step` comes next; 100 is for the end alone. */
export const progressAt = (step: Step): number => (step.do in progress ? progress[step.do as Work] : 10)
