import { levelRank, type PowerLevel, type Rung } from '@sahary/contracts/ladder'
import { type Rules, stopsMore } from './rules.ts'

export type Cause = 'charge' | 'runtime' | 'silence' | 'recovery' | 'operator'

/** Where a site stands on its ladder and which clocks are running. */
export type PowerState = {
  level: PowerLevel
  since: Date
  /** Since when the next rung down asks to be entered. */
  loweringSince: Date | null
  /** Since when this rung may be left. */
  raisingSince: Date | null
  /** Since when the battery has not been asked to give. */
  calmSince: Date | null
  /** The last known answer to "is the battery giving?"; kept through a silence. */
  discharging: boolean
  /** When those VMs are stopped that the ladder has warned; null while nobody is. */
  noticeEndsAt: Date | null
  /** An operator's word: this level until then, whatever is measured. */
  override: { level: PowerLevel; until: Date } | null
}

/** What the ladder is told at one turn. */
export type PowerInputs = {
  /** Per cent of usable capacity (or of surplus); null when not known. */
  chargePercent: number | null
  /** Minutes until the reserve at the smoothed load; null when the battery is not being emptied. */
  runtimeMin: number | null
  /** Whether the battery is giving now; null when not known. */
  discharging: boolean | null
  /** The devices of the battery do not speak. */
  silent: boolean
}

export type Change = {
  from: PowerLevel
  to: PowerLevel
  cause: Cause
  at: Date
  chargePercent: number | null
  runtimeMin: number | null
  noticeEndsAt: Date | null
}

export type Step = { state: PowerState; change: Change | null }

/** A runtime must be this much better than the rung's before the rung is left, or it would flap. */
const runtimeMargin = 1.1

/** Where every site begins. */
export const startState = (at: Date): PowerState => ({
  level: 'normal',
  since: at,
  loweringSince: null,
  raisingSince: null,
  calmSince: null,
  discharging: false,
  noticeEndsAt: null,
  override: null,
})

const heldFor = (since: Date | null, now: Date, seconds: number): boolean =>
  since !== null && now.getTime() - since.getTime() >= seconds * 1000

/** Position on this site's ladder: −1 is `normal`. A level that these rules do not have counts as the rung above it. */
const indexOf = (rules: Rules, level: PowerLevel): number =>
  rules.rungs.findLastIndex(rung => levelRank(rung.level) <= levelRank(level))

const levelAt = (rules: Rules, index: number): PowerLevel => rules.rungs[index]?.level ?? 'normal'

/** Why `rung` asks to be entered, or undefined. Silence while discharging asks for every rung (a dead UPS is a low one). */
function entryCause(rung: Rung, inputs: PowerInputs, wasDischarging: boolean): Cause | undefined {
  if (inputs.silent) return wasDischarging ? 'silence' : undefined
  if (inputs.chargePercent !== null && inputs.chargePercent <= rung.enterCharge) return 'charge'
  const short = rung.enterRuntimeMin !== null && inputs.runtimeMin !== null && inputs.runtimeMin <= rung.enterRuntimeMin
  return short ? 'runtime' : undefined
}

/** True when `rung` may be left: the charge is well above it and the runtime too; an unknown charge never raises. */
function mayLeave(rung: Rung, inputs: PowerInputs, calm: boolean): boolean {
  if (inputs.silent || inputs.chargePercent === null || inputs.chargePercent < rung.leaveCharge) return false
  const short =
    rung.enterRuntimeMin !== null &&
    inputs.runtimeMin !== null &&
    inputs.runtimeMin <= rung.enterRuntimeMin * runtimeMargin
  return !short && (rung.level !== 'backup' || calm)
}

/** When the warned VMs stop after a step to `level`: a notice that runs goes on, critical and safe stop waive it. */
function noticeAfter(state: PowerState, level: PowerLevel, now: Date, rules: Rules): Date | null {
  if (level === 'critical' || level === 'safe_stop') return null
  if (state.noticeEndsAt) return state.noticeEndsAt
  return stopsMore(rules, level) ? new Date(now.getTime() + rules.timers.noticeS * 1000) : null
}

function moved(
  state: PowerState,
  move: { index: number; cause: Cause; now: Date; inputs: PowerInputs },
  rules: Rules,
): Step {
  const to = levelAt(rules, move.index)
  const down = move.index > indexOf(rules, state.level)
  const noticeEndsAt = down ? noticeAfter(state, to, move.now, rules) : null
  const change: Change = {
    from: state.level,
    to,
    cause: move.cause,
    at: move.now,
    chargePercent: move.inputs.chargePercent,
    runtimeMin: move.inputs.runtimeMin,
    noticeEndsAt,
  }
  // Both clocks start anew: the next rung must ask for its own while.
  return {
    state: { ...state, level: to, since: move.now, loweringSince: null, raisingSince: null, noticeEndsAt },
    change,
  }
}

/** What is remembered from the inputs before anything is decided. */
function noted(state: PowerState, inputs: PowerInputs, now: Date): PowerState {
  const override = state.override && state.override.until > now ? state.override : null
  if (inputs.silent || inputs.discharging === null) return { ...state, override }
  return {
    ...state,
    override,
    discharging: inputs.discharging,
    calmSince: inputs.discharging ? null : (state.calmSince ?? now),
  }
}

/**
 * One turn of the ladder: at most one level in one step. A rung is entered after its condition held `enterHoldS`, left
 * after it held `returnHoldS`; an operator's word is followed without waiting, still one level at a time.
 */
export function step(before: PowerState, inputs: PowerInputs, now: Date, rules: Rules): Step {
  const state = noted(before, inputs, now)
  const index = indexOf(rules, state.level)
  if (state.override) {
    const wanted = Math.sign(indexOf(rules, state.override.level) - index)
    if (wanted === 0) return { state: { ...state, loweringSince: null, raisingSince: null }, change: null }
    return moved(state, { index: index + wanted, cause: 'operator', now, inputs }, rules)
  }
  const next = rules.rungs[index + 1]
  const cause = next && entryCause(next, inputs, state.discharging)
  const current = rules.rungs[index]
  const calm = heldFor(state.calmSince, now, rules.timers.backupStableS)
  const leaving = !cause && current !== undefined && mayLeave(current, inputs, calm)
  const waiting: PowerState = {
    ...state,
    loweringSince: cause ? (state.loweringSince ?? now) : null,
    raisingSince: leaving ? (state.raisingSince ?? now) : null,
  }
  if (cause && heldFor(waiting.loweringSince, now, rules.timers.enterHoldS)) {
    return moved(waiting, { index: index + 1, cause, now, inputs }, rules)
  }
  if (leaving && heldFor(waiting.raisingSince, now, rules.timers.returnHoldS)) {
    // From a level that these rules do not have the next one up is the rung that it counted as.
    const up = state.level === current.level ? index - 1 : index
    return moved(waiting, { index: up, cause: 'recovery', now, inputs }, rules)
  }
  return { state: waiting, change: null }
}
