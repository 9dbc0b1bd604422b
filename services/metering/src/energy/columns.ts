import type { EnergySource } from '@sahary/contracts/fields'
import { scaled, unscaled } from '../quantity/quantity.ts'
import { type Energy, perSource } from './energy.ts'

/** The columns in which a row holds energy; each table of this service that holds energy names them so. */
export type EnergyColumns = Record<`${EnergySource}_wh`, string>

export const energyColumns = (energy: Energy): EnergyColumns => ({
  solar_wh: unscaled(energy.solar),
  battery_wh: unscaled(energy.battery),
  grid_wh: unscaled(energy.grid),
  generator_wh: unscaled(energy.generator),
})

/** The platform's part of a slot; none before it has been shared. */
export const platformOf = (row: Record<`platform_${EnergySource}_wh`, string | null>): Energy =>
  perSource(source => scaled(row[`platform_${source}_wh`] ?? '0'))

/** The energy of a row; a column without a value counts as none. */
export const energyOf = (row: Record<keyof EnergyColumns, string | null>): Energy =>
  perSource(source => scaled(row[`${source}_wh`] ?? '0'))
