import { formatNumber, type Style } from './number.ts'

/** A number and its unit, to be shown as one left-to-right piece. */
export type Measured = { number: string; unit: string }

// Intl knows no kilowatt-hour (it throws), so the units of energy are ours. SI symbols are the same in every language.
const scaled = (value: number, units: readonly [unit: string, from: number][], style: Style): Measured => {
  const [unit, from] = units.findLast(([, least]) => Math.abs(value) >= least) ?? units[0]!
  const shown = value / (from || 1)
  const places = unit === units[0]![0] ? 0 : Math.abs(shown) < 10 ? 2 : 1
  return { number: formatNumber(shown, style, places), unit }
}

/** Watts, in the unit that keeps the number short. */
export const formatPower = (watts: number, style: Style): Measured =>
  scaled(
    watts,
    [
      ['W', 0],
      ['kW', 1_000],
      ['MW', 1_000_000],
    ],
    style,
  )

/** Watt-hours given as a decimal string with three places; below a kilowatt-hour it keeps them, so that parts add up. */
export function formatEnergy(wattHours: string, style: Style): Measured {
  const value = Number(wattHours)
  if (Math.abs(value) < 1_000) return { number: formatNumber(wattHours, style, 3), unit: 'Wh' }
  return scaled(
    value,
    [
      ['Wh', 0],
      ['kWh', 1_000],
      ['MWh', 1_000_000],
    ],
    style,
  )
}

/** Memory or disk in GiB from MiB. */
export const formatMemory = (mib: number, style: Style): Measured =>
  mib < 1024
    ? { number: formatNumber(mib, style), unit: 'MiB' }
    : { number: formatNumber(mib / 1024, style, 1), unit: 'GiB' }
