import {
  ladderTimers,
  levelRank,
  type PowerLevel,
  type SupplyClass,
  supplyClasses,
  treatmentAt,
} from '@sahary/contracts/ladder'

/** A step of a site's ladder as compute needs it; times on the business clock. */
export type LevelChange = { level: PowerLevel; noticeEndsAt: Date | null; now: Date }

export type Shedable = {
  id: number
  supplyClass: SupplyClass
  wish: 'running' | 'off' | 'deleted'
  held: boolean
  capped: boolean
  stopAt: Date | null
  resumeAt: Date | null
}

/** What a VM is to be after the change: all of it, so that applying it twice changes nothing. */
export type ShedPlan = Pick<Shedable, 'id' | 'held' | 'capped' | 'stopAt' | 'resumeAt'>

/** Levels at which no notice is given. */
const waivesNotice = (level: PowerLevel): boolean => levelRank(level) >= levelRank('critical')

/** The strongest promise comes back first; within a class the oldest. */
const returnOrder = (a: Shedable, b: Shedable): number =>
  supplyClasses.indexOf(b.supplyClass) - supplyClasses.indexOf(a.supplyClass) || a.id - b.id

function planStop(vm: Shedable, change: LevelChange): ShedPlan {
  const capped = vm.capped
  if (vm.held || vm.wish !== 'running') return { id: vm.id, held: true, capped, stopAt: null, resumeAt: null }
  // A notice that runs already is kept when it is the earlier one.
  const ends = [vm.stopAt, change.noticeEndsAt].filter(at => at !== null).sort((a, b) => a.getTime() - b.getTime())[0]
  const atOnce = waivesNotice(change.level) || ends === undefined || ends <= change.now
  return { id: vm.id, held: atOnce, capped, stopAt: atOnce ? null : ends, resumeAt: null }
}

/**
 * The last rung stops every VM, in the order of return backwards: the weakest promise first, the strongest last, spaced,
 * so that an engine at the end of its battery is not asked for everything at once.
 */
function planSafeStop({ now }: LevelChange, vms: readonly Shedable[]): ShedPlan[] {
  const spacingMs = ladderTimers.stopSpacingS * 1000
  const last = new Date(now.getTime() + vms.length * spacingMs)
  let turn = 0
  const backwards = [...vms].sort((a, b) => returnOrder(b, a))
  return backwards.map(vm => {
    const rest = { id: vm.id, capped: vm.capped, resumeAt: null }
    if (vm.held || vm.wish !== 'running') return { ...rest, held: true, stopAt: null }
    // A turn that was given before is kept.
    const isGiven = vm.stopAt !== null && vm.stopAt <= last
    const stopAt = isGiven ? vm.stopAt : new Date(now.getTime() + turn++ * spacingMs)
    return stopAt! <= now ? { ...rest, held: true, stopAt: null } : { ...rest, held: false, stopAt }
  })
}

/** What a change of level does to each VM of the site. */
export function planShed(change: LevelChange, vms: readonly Shedable[]): ShedPlan[] {
  if (change.level === 'safe_stop') return planSafeStop(change, vms)
  let turn = 0
  return [...vms].sort(returnOrder).map(vm => {
    const treatment = treatmentAt(change.level, vm.supplyClass)
    if (treatment === 'stopped') return planStop(vm, change)
    const capped = treatment === 'capped'
    if (!vm.held || vm.wish !== 'running') return { id: vm.id, held: false, capped, stopAt: null, resumeAt: null }
    const spaced = new Date(change.now.getTime() + turn++ * ladderTimers.restartSpacingS * 1000)
    return { id: vm.id, held: true, capped, stopAt: null, resumeAt: vm.resumeAt ?? spaced }
  })
}

/** Whether a VM of this class may be started while its site stands at `level`. */
export const mayStart = (level: PowerLevel, supplyClass: SupplyClass): boolean =>
  treatmentAt(level, supplyClass) !== 'stopped'
