import { z } from 'zod'
import { Decimal, EnergyBySource, Id, Span } from '../fields.ts'
import { VmSpec } from '../vm.ts'

const Usage = z.object({
  usageId: Id,
  accountId: Id,
  vmId: Id,
  vmName: z.string(),
  siteId: Id,
  spec: VmSpec,
  ...Span.shape,
  runningSeconds: Decimal,
  vcpuSeconds: Decimal,
  memoryMibSeconds: Decimal,
  diskGibSeconds: Decimal,
  /** Seconds in which the VM was stopped for want of energy, for automatic credit. */
  shedSeconds: Decimal,
  energyWh: EnergyBySource,
})

/** Said by metering: at most one hour of one VM, closed at the hour, at stop, at resize or at delete. */
export const meteringEvents = {
  'usage.recorded': Usage,
  /** A later correction of `adjustsUsageId`; quantities are the difference to add, energy never negative. */
  'usage.adjusted': Usage.extend({ adjustsUsageId: Id, reason: z.enum(['late_energy', 'late_event']) }),
}
