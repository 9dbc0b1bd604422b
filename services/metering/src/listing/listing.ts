import { Decimal, EnergyBySource, Id, Instant } from '@sahary/contracts/fields'
import { VmSpec } from '@sahary/contracts/vm'
import { z } from 'zod'

/** How usage looks from outside. Seconds and watt-hours are decimal strings. */
const Taken = z.object({
  runningSeconds: Decimal,
  vcpuSeconds: Decimal,
  memoryMibSeconds: Decimal,
  diskGibSeconds: Decimal,
  shedSeconds: Decimal.describe('Stopped for want of energy.'),
})
const OfVm = z.object({ vmId: Id, vmName: z.string(), siteId: Id, spec: VmSpec, from: Instant, to: Instant })

export const UsageRecord = OfVm.extend({
  id: Id,
  ...Taken.shape,
  energyWh: EnergyBySource,
  adjustsUsageId: Id.nullable().describe('The record that this one corrects; its numbers are to be added.'),
  reason: z.enum(['late_energy', 'late_event']).nullable(),
})
export type UsageRecord = z.infer<typeof UsageRecord>

export const UsageTotals = Taken.extend({ runningHours: Decimal, energyWh: EnergyBySource, totalWh: Decimal })
export type UsageTotals = z.infer<typeof UsageTotals>

/** Usage of this hour, which no record holds yet; its energy is not known before its slots are shared. */
export const UsageSoFar = OfVm.extend(Taken.shape)
export type UsageSoFar = z.infer<typeof UsageSoFar>

export const UsageListing = z.object({
  data: z.object({ records: z.array(UsageRecord), totals: UsageTotals, soFar: z.array(UsageSoFar) }),
  meta: z.object({ nextCursor: z.string().nullable() }),
})
