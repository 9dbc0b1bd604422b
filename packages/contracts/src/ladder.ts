import { z } from 'zod'

/** How a VM is promised its power; decides when it is shed and in which order it returns. */
export const supplyClasses = ['solar_only', 'battery_backed', 'always_on'] as const
export const SupplyClass = z.enum(supplyClasses)
export type SupplyClass = z.infer<typeof SupplyClass>

/** From plenty to nothing. A site moves one level at a time. */
export const powerLevels = ['normal', 'watch', 'low', 'backup', 'critical', 'safe_stop'] as const
export const PowerLevel = z.enum(powerLevels)
export type PowerLevel = z.infer<typeof PowerLevel>

/** What a level does to a class: `warned` and `capped` still run; `stopped` after the notice has passed. */
export type Treatment = 'runs' | 'warned' | 'capped' | 'stopped'

/**
 * One rung. Charge in per cent of usable capacity, runtime in minutes at the smoothed load.
 * A rung is entered when charge ≤ `enterCharge` or runtime ≤ `enterRuntimeMin`, and left when charge ≥ `leaveCharge`.
 */
export type Rung = {
  level: Exclude<PowerLevel, 'normal'>
  enterCharge: number
  enterRuntimeMin: number | null
  leaveCharge: number
  treatment: Record<SupplyClass, Treatment>
}

/** The ladder as a site has it from the start; it may carry other numbers, never another order. */
export const ladder: readonly Rung[] = [
  {
    level: 'watch',
    enterCharge: 50,
    enterRuntimeMin: 360,
    leaveCharge: 53,
    treatment: { solar_only: 'capped', battery_backed: 'runs', always_on: 'runs' },
  },
  {
    level: 'low',
    enterCharge: 30,
    enterRuntimeMin: 90,
    leaveCharge: 33,
    treatment: { solar_only: 'stopped', battery_backed: 'capped', always_on: 'runs' },
  },
  {
    level: 'backup',
    enterCharge: 25,
    enterRuntimeMin: 45,
    leaveCharge: 30,
    treatment: { solar_only: 'stopped', battery_backed: 'capped', always_on: 'runs' },
  },
  {
    level: 'critical',
    enterCharge: 20,
    enterRuntimeMin: 15,
    leaveCharge: 25,
    treatment: { solar_only: 'stopped', battery_backed: 'stopped', always_on: 'warned' },
  },
  {
    level: 'safe_stop',
    enterCharge: 10,
    enterRuntimeMin: null,
    leaveCharge: 30,
    treatment: { solar_only: 'stopped', battery_backed: 'stopped', always_on: 'stopped' },
  },
]

/** Business-clock timers of the ladder; a site may carry others. */
export const ladderTimers = {
  /** A condition must hold this long before a lower rung is entered. */
  enterHoldS: 60,
  /** A condition must hold this long before a rung is left upwards. */
  returnHoldS: 600,
  /** A backup source must have been stable this long before its rung is left. */
  backupStableS: 900,
  /** From the warning to the stop; waived at `critical` and below. */
  noticeS: 900,
  /** Between two VMs that are started again. */
  restartSpacingS: 5,
  /** Between two VMs that a safe stop ends. */
  stopSpacingS: 2,
} as const

/** Position on the ladder: 0 is `normal`, 5 is `safe_stop`. */
export const levelRank = (level: PowerLevel): number => powerLevels.indexOf(level)

/** What `level` does to `supplyClass`. */
export function treatmentAt(level: PowerLevel, supplyClass: SupplyClass): Treatment {
  return ladder.find(rung => rung.level === level)?.treatment[supplyClass] ?? 'runs'
}
