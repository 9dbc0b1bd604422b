import type { ErrorCode } from '@sahary/contracts/errors'
import type { RepairVerb } from '@sahary/contracts/events/repairs'
import { Refusal } from '@sahary/contracts/refusal'
import type { CustomerRepairState, RepairState } from '@sahary/contracts/repair'
import { grants } from '@sahary/contracts/roles'
import { type Capacity, type Guard, isFinal, type Step, steps } from './steps.ts'

export const warranties = ['unknown', 'in_warranty', 'out_of_warranty', 'goodwill', 'vendor_warranty'] as const
export type Warranty = (typeof warranties)[number]

/** What decides whether a repair may move. */
export type Standing = {
  state: RepairState
  /** Where an answered question leads back to; set while `needs_info`. */
  returnState: RepairState | null
  description: string
  assigneeId: number | null
  warranty: Warranty
}
/** What somebody asks for; `reason` is what the customer will read. */
export type Move = { to: RepairState; reason: string | null }
/** What a permitted move makes of a repair, and what is said of it. */
export type Moved = { state: RepairState; returnState: RepairState | null; says: readonly RepairVerb[] }

/** A repair may begin with a word; it may not be submitted with less than this. */
export const shortestDescription = 10
/** An unanswered question closes a repair, and a delivered one closes by itself, after these of business time. */
export const answerWithinMs = 14 * 86_400_000
export const closeAfterMs = 7 * 86_400_000
/** A finished repair may be talked about this long. */
export const talkAfterMs = 30 * 86_400_000

const guards: Record<Guard, (standing: Standing, move: Move) => ErrorCode | null> = {
  described: ({ description }) =>
    [...description.trim()].length < shortestDescription ? 'repair_description_short' : null,
  assigned: ({ assigneeId }) => (assigneeId === null ? 'repair_unassigned' : null),
  reason: (_standing, { reason }) => (reason === null || reason.trim() === '' ? 'repair_reason_required' : null),
  free: ({ warranty }) =>
    ['in_warranty', 'goodwill', 'vendor_warranty'].includes(warranty) ? null : 'repair_needs_quote',
}

/** Fields of the request that a guard looks at. */
const fieldOf: Partial<Record<Guard, string>> = { reason: 'reason', assigned: 'assigneeId', free: 'warranty' }

/** In which capacities staff with these roles may act on a repair. */
export function staffCapacities(roles: readonly string[]): Capacity[] {
  const held: Capacity[] = []
  if (grants(roles, 'repair:triage')) held.push('triage')
  if (grants(roles, 'repair:work')) held.push('work')
  if (grants(roles, 'repair:override')) held.push('override')
  return held
}

/** An answered question leads back to where it was asked, and nowhere else but out. */
const leadsElsewhere = ({ state, returnState }: Standing, to: RepairState): boolean =>
  state === 'needs_info' && to !== returnState && to !== 'cancelled'

/** A question that was asked in the middle of the work does not make cancelling free again. */
const needsOverride = ({ state, returnState }: Standing, to: RepairState): boolean =>
  state === 'needs_info' && returnState === 'in_repair' && to === 'cancelled'

const isAllowed = (standing: Standing, row: Step, as: readonly Capacity[]): boolean =>
  needsOverride(standing, row.to) ? as.includes('override') : row.who.some(who => as.includes(who))

/** The targets that somebody acting `as` may choose from here, whatever else they will have to say for it. */
export const targetsOf = (standing: Standing, as: readonly Capacity[]): RepairState[] =>
  steps
    .filter(row => row.from.includes(standing.state) && !leadsElsewhere(standing, row.to))
    .filter(row => isAllowed(standing, row, as))
    .map(row => row.to)

/** Moves a repair, or refuses: an illegal target names the legal ones, a missing capacity is forbidden. */
export function move(standing: Standing, asked: Move, as: readonly Capacity[]): Moved {
  const row = steps.find(each => each.from.includes(standing.state) && each.to === asked.to)
  if (!row || leadsElsewhere(standing, asked.to)) throw illegal(standing, asked, as)
  if (!isAllowed(standing, row, as)) throw new Refusal('not_allowed')
  for (const guard of row.guards) {
    const code = guards[guard](standing, asked)
    if (code) throw new Refusal('validation_failed', { faults: [{ field: fieldOf[guard] ?? 'to', code }] })
  }
  return { state: row.to, returnState: row.to === 'needs_info' ? standing.state : null, says: row.says }
}

function illegal(standing: Standing, { to }: Move, as: readonly Capacity[]): Refusal {
  const allowed = targetsOf(standing, as)
  const params = { from: standing.state, to, allowed: allowed.length > 0 ? allowed.join(', ') : '–' }
  return new Refusal('repair_step_illegal', { params, faults: [{ field: 'to', code: 'repair_step_illegal', params }] })
}

/** What a state is called towards the customer: nineteen states, twelve labels. */
export const customerState: Record<RepairState, CustomerRepairState> = {
  draft: 'draft',
  submitted: 'submitted',
  needs_info: 'waiting_for_you',
  accepted: 'in_progress',
  scheduled: 'scheduled',
  received: 'in_progress',
  diagnosing: 'in_progress',
  quoted: 'waiting_for_you',
  approved: 'in_progress',
  waiting_parts: 'waiting_parts',
  waiting_vendor: 'waiting_parts',
  in_repair: 'in_progress',
  testing: 'in_progress',
  ready: 'ready',
  delivered: 'done',
  closed: 'closed',
  unrepairable: 'cannot_be_repaired',
  rejected: 'declined_by_us',
  cancelled: 'cancelled',
}

/** `R-2026-000123`: the year in Cairo and a number that counts up within it. */
export const repairNumber = (year: number, count: number): string => `R-${year}-${String(count).padStart(6, '0')}`

/** The calendar year in Cairo at `at`. */
export const cairoYear = (at: Date): number =>
  Number(new Intl.DateTimeFormat('en-u-ca-gregory-nu-latn', { timeZone: 'Africa/Cairo', year: 'numeric' }).format(at))

/** True while a repair may still be commented on at business time `now`. */
export const mayComment = (state: RepairState, finishedAt: Date | null, now: Date): boolean =>
  !isFinal(state) || finishedAt === null || now.getTime() - finishedAt.getTime() <= talkAfterMs
