import { ladder, ladderTimers, type PowerLevel, type Rung, supplyClasses } from '@sahary/contracts/ladder'
import { z } from 'zod'

const percent = z.number().min(0).max(100)
const RungNumbers = z.strictObject({
  enterCharge: percent.optional(),
  enterRuntimeMin: z.number().min(0).max(10_080).nullable().optional(),
  leaveCharge: percent.optional(),
})
/** Of a site without a battery: the surplus of sun over load in per cent of the rated power. */
const SurplusNumbers = z.strictObject({ enterSurplus: percent.optional(), leaveSurplus: percent.optional() })
const seconds = z.int().min(0).max(86_400)

/** A site's own numbers for the ladder: other thresholds and timers, never another order of rungs. */
export const LadderNumbers = z.strictObject({
  rungs: z
    .strictObject({
      watch: RungNumbers.optional(),
      low: RungNumbers.optional(),
      backup: RungNumbers.optional(),
      critical: RungNumbers.optional(),
      safe_stop: RungNumbers.optional(),
    })
    .optional(),
  surplus: z.strictObject({ watch: SurplusNumbers.optional(), low: SurplusNumbers.optional() }).optional(),
  timers: z
    .strictObject({
      enterHoldS: seconds.optional(),
      returnHoldS: seconds.optional(),
      backupStableS: seconds.optional(),
    })
    .optional(),
})
export type LadderNumbers = z.infer<typeof LadderNumbers>

export type Timers = { enterHoldS: number; returnHoldS: number; backupStableS: number; noticeS: number }

/** What the ladder goes by at one site. */
export type Rules = { rungs: readonly Rung[]; timers: Timers }

const given = <T extends object>(numbers: T | undefined): Partial<T> =>
  Object.fromEntries(Object.entries(numbers ?? {}).filter(([, value]) => value !== undefined)) as Partial<T>

/** The rules of a site with a battery. */
export function rulesOf(numbers: LadderNumbers, noticeS: number): Rules {
  const { enterHoldS, returnHoldS, backupStableS } = ladderTimers
  return {
    rungs: ladder.map(rung => ({ ...rung, ...given(numbers.rungs?.[rung.level]) }) as Rung),
    timers: { enterHoldS, returnHoldS, backupStableS, ...given(numbers.timers), noticeS } as Timers,
  }
}

/**
 * The rules of a site without a battery: the "charge" is the surplus of sun over load in per cent of the rated power,
 * and only what depends on the sun alone is ever shed.
 */
export function surplusRulesOf(numbers: LadderNumbers, noticeS: number): Rules {
  return {
    rungs: ladder
      .filter(rung => rung.level in usualSurplus)
      .map(rung => {
        const level = rung.level as keyof typeof usualSurplus
        const { enterSurplus, leaveSurplus } = { ...usualSurplus[level], ...given(numbers.surplus?.[level]) }
        return { ...rung, enterCharge: enterSurplus, leaveCharge: leaveSurplus, enterRuntimeMin: null } as Rung
      }),
    timers: rulesOf(numbers, noticeS).timers,
  }
}

/** Where a site without a battery stands that has no numbers of its own. */
const usualSurplus = {
  watch: { enterSurplus: 5, leaveSurplus: 10 },
  low: { enterSurplus: 0, leaveSurplus: 5 },
}

/**
 * What is wrong with a site's numbers, by path, or undefined: each rung must be left above where it is entered (or it
 * would flap), and entered below the rung before it.
 */
export const rungFault = (numbers: LadderNumbers): RungFault | undefined =>
  faultOf(rulesOf(numbers, 0).rungs, level => `ladder.rungs.${level}.`, 'Charge') ??
  faultOf(surplusRulesOf(numbers, 0).rungs, level => `ladder.surplus.${level}.`, 'Surplus')

type RungFault = { path: string; minimum?: number; maximum?: number }

function faultOf(rungs: readonly Rung[], pathOf: (level: string) => string, what: string): RungFault | undefined {
  for (const [index, rung] of rungs.entries()) {
    if (rung.leaveCharge <= rung.enterCharge) {
      return { path: `${pathOf(rung.level)}leave${what}`, minimum: rung.enterCharge + 1 }
    }
    const above = rungs[index - 1]
    if (above && rung.enterCharge >= above.enterCharge) {
      return { path: `${pathOf(rung.level)}enter${what}`, maximum: above.enterCharge - 1 }
    }
  }
  return undefined
}

/** True when `level` stops a class that the level above it does not: then a notice runs. */
export function stopsMore(rules: Rules, level: PowerLevel): boolean {
  const index = rules.rungs.findIndex(rung => rung.level === level)
  const rung = rules.rungs[index]
  if (!rung) return false
  const above = rules.rungs[index - 1]
  return supplyClasses.some(name => rung.treatment[name] === 'stopped' && above?.treatment[name] !== 'stopped')
}
