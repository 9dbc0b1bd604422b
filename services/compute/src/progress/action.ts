import type { VmReason } from '@sahary/contracts/vm'
import type { Target } from '../reconcile/step.ts'

export const verbs = ['create', 'start', 'stop', 'reboot', 'delete', 'cap', 'uncap'] as const
export type Verb = (typeof verbs)[number]

export type Action = {
  id: number
  vmId: number
  verb: Verb
  reason: VmReason
  status: 'running' | 'success' | 'error'
  progress: number
  generation: number
  errorCode: Ending | null
  errorMessage: string | null
  startedAt: Date
  finishedAt: Date | null
}

/** Where a verb leads; null for one that leaves the power as it is. */
const leadsTo: Record<Verb, Target | null> = {
  create: 'running',
  start: 'running',
  reboot: 'running',
  stop: 'off',
  delete: 'deleted',
  cap: null,
  uncap: null,
}

/** A new action ends an older one that led elsewhere: a customer is never stuck behind what hangs. */
export function supersedes(newer: Verb, older: Verb): boolean {
  if (newer === 'cap' || newer === 'uncap') return older === 'cap' || older === 'uncap'
  if (newer === 'delete') return true
  return leadsTo[older] !== null && leadsTo[older] !== leadsTo[newer]
}

/** Real seconds that an action may take before it is called failed; the engine is still driven after that. */
export const deadlineS: Record<Verb, number> = {
  create: 120,
  start: 60,
  stop: 60,
  reboot: 90,
  delete: 120,
  cap: 60,
  uncap: 60,
}

/** Why an action ended without success; the text is for people who read the action. */
export const endings = {
  superseded: 'Another action took its place.',
  deadline_passed: 'It did not finish in time; we keep trying.',
  host_unreachable: 'The host did not answer in time; we keep trying.',
  disk_missing: 'The disk of the server is not on its host.',
  container_name_taken: 'Something else stands in the place of the server on its host.',
  container_dead: 'The host could not take the server down in order.',
  creation_failed: 'The server could not be made.',
} as const
export type Ending = keyof typeof endings
export const endingCodes = Object.keys(endings) as [Ending, ...Ending[]]
