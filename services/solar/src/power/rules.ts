import { ladder, ladderTimers, type PowerLevel, type Rung, supplyClasses } from '@sahary/contracts/ladder'
import { z } from 'zod'

const percent = z.number().min(0).max(100)
const RungNumbers = z.strictObject({
  enterCharge: percent.optional(),
  enterRuntimeMin: z.number().min(0).max(10_080).nullable().optional(),
  leaveCharge: percent.optional(),
})
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
  const surplus = { watch: { enterCharge: 5, leaveCharge: 10 }, low: { enterCharge: 0, leaveCharge: 5 } }
  return {
    rungs: ladder
      .filter(rung => rung.level === 'watch' || rung.level === 'low')
      .map(rung => ({ ...rung, ...surplus[rung.level as 'watch' | 'low'], enterRuntimeMin: null })),
    timers: rulesOf(numbers, noticeS).timers,
  }
}

/**
 * What is wrong with a site's numbers, by path, or undefined: each rung must be left above where it is entered (or it
 * would flap), and entered below the rung before it.
 */
export function rungFault(numbers: LadderNumbers): { path: string; minimum?: number; maximum?: number } | undefined {
  const { rungs } = rulesOf(numbers, 0)
  for (const [index, rung] of rungs.entries()) {
    if (rung.leaveCharge <= rung.enterCharge) {
      return { path: `ladder.rungs.${rung.level}.leaveCharge`, minimum: rung.enterCharge + 1 }
    }
    const above = rungs[index - 1]
    if (above && rung.enterCharge >= above.enterCharge) {
      return { path: `ladder.rungs.${rung.level}.enterCharge`, maximum: above.enterCharge - 1 }
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
