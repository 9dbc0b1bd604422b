/** A load smoothed over time: watts, and when it was last updated. */
export type Smoothed = { watts: number; at: Date } | null

const smoothingMs = 300_000

/** Exponentially weighted mean with a time constant of five minutes, for samples that come at any distance. */
export function smooth(previous: Smoothed, watts: number, at: Date): { watts: number; at: Date } {
  const elapsed = previous ? at.getTime() - previous.at.getTime() : 0
  if (!previous || elapsed < 0) return { watts, at }
  const weight = 1 - Math.exp(-elapsed / smoothingMs)
  return { watts: previous.watts + (watts - previous.watts) * weight, at }
}

export type Battery = { usableWh: number; reservePercent: number }

/** What a battery loses on the way to the load. */
const efficiency = 0.95

/**
 * Minutes until the reserve at a steady draw: capacity × (charge − reserve) × η / draw. Null where nothing is drawn,
 * the charge is unknown or the answer is longer than a week.
 */
export function runtimeMin(battery: Battery, chargePercent: number | null, drawW: number): number | null {
  if (chargePercent === null || drawW <= 0) return null
  const wh = (battery.usableWh * Math.max(0, chargePercent - battery.reservePercent)) / 100
  const minutes = Math.round(((wh * efficiency) / drawW) * 60)
  return minutes > 10_080 ? null : minutes
}
