import type { RepairVerb } from '@sahary/contracts/events/repairs'
import type { RepairState } from '@sahary/contracts/repair'

/** In which capacity somebody moves a repair; `timer` is the service itself. */
export type Capacity = 'customer' | 'triage' | 'work' | 'override' | 'timer'

/** What must hold for a step: see `guards` in `repair.ts`. */
export type Guard = 'described' | 'assigned' | 'reason' | 'free'

/** One row of the table: who may move a repair from one of `from` to `to`, under which guards, and what is said. */
export type Step = {
  from: readonly RepairState[]
  to: RepairState
  who: readonly Capacity[]
  guards: readonly Guard[]
  says: readonly RepairVerb[]
}

const step = (
  [from, to]: readonly [RepairState | readonly RepairState[], RepairState],
  who: Capacity | readonly Capacity[],
  says: RepairVerb | readonly RepairVerb[],
  ...guards: Guard[]
): Step => ({ from: [from].flat(), to, who: [who].flat(), guards, says: [says].flat() })

/** Where a question may be asked, and where its answer leads back to. */
export const askable = ['submitted', 'accepted', 'diagnosing', 'in_repair'] as const satisfies RepairState[]
/** Before anything was done to the device. */
const untouched = ['submitted', 'accepted', 'scheduled', 'received', 'diagnosing', 'approved'] as const
const waiting = ['waiting_parts', 'waiting_vendor'] as const
const begun = ['in_repair', 'testing', 'ready', 'unrepairable'] as const

/**
 * The whole machine. What needs a quote (`quoted`) is reached by no step yet; a repair that costs its customer
 * nothing goes from `diagnosing` to `approved` by itself.
 */
export const steps: readonly Step[] = [
  step(['draft', 'submitted'], 'customer', 'submitted', 'described'),
  step(['submitted', 'accepted'], ['triage', 'work'], 'accepted', 'assigned'),
  step(['submitted', 'rejected'], 'triage', 'rejected', 'reason'),
  step([askable, 'needs_info'], ['triage', 'work'], 'info_requested', 'reason'),
  ...askable.map(state => step(['needs_info', state], ['customer', 'triage', 'work'], 'info_provided')),
  step(['accepted', 'scheduled'], 'triage', 'scheduled'),
  step([['accepted', 'scheduled'], 'received'], 'work', 'received'),
  step([['accepted', 'scheduled', 'received'], 'diagnosing'], 'work', 'diagnosis_started'),
  step(['diagnosing', 'approved'], ['triage', 'work'], 'approved', 'free'),
  step([['diagnosing', 'in_repair'], 'unrepairable'], 'work', 'unrepairable', 'reason'),
  step(['diagnosing', 'ready'], 'work', ['no_fault_found', 'ready']),
  step(['approved', 'waiting_parts'], 'work', 'parts_ordered'),
  step(['approved', 'waiting_vendor'], 'work', 'parts_ordered'),
  step([waiting, 'in_repair'], 'work', 'parts_arrived'),
  step(['approved', 'in_repair'], 'work', 'work_started'),
  step(['in_repair', 'testing'], 'work', 'testing'),
  step(['testing', 'in_repair'], 'work', 'test_failed'),
  step(['testing', 'ready'], 'work', 'ready'),
  step(['unrepairable', 'ready'], 'work', 'ready'),
  step(['ready', 'delivered'], ['triage', 'work'], 'delivered'),
  step(['delivered', 'closed'], ['customer', 'timer'], 'closed'),
  step(['draft', 'cancelled'], 'customer', 'cancelled'),
  step([[...untouched, ...waiting], 'cancelled'], ['customer', 'triage'], 'cancelled'),
  step(['needs_info', 'cancelled'], ['customer', 'triage', 'timer'], 'cancelled'),
  step([begun, 'cancelled'], 'override', 'cancelled', 'reason'),
]

/** States that nothing leads out of: a repair that comes back is a new one. */
export const finalStates = ['closed', 'rejected', 'cancelled'] as const satisfies RepairState[]
export const isFinal = (state: RepairState): boolean => (finalStates as readonly RepairState[]).includes(state)
