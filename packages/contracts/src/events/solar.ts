import { z } from 'zod'
import { EnergyBySource, Id, Instant, Span, WattHours } from '../fields.ts'
import { PowerLevel } from '../ladder.ts'

const Power = z.object({
  siteId: Id,
  level: PowerLevel,
  chargePercent: z.number().min(0).max(100).nullable(),
  runtimeMin: z.number().nonnegative().nullable(),
  /** When VMs that this level stops will be stopped; null where no notice runs (critical, or a return). */
  noticeEndsAt: Instant.nullable(),
})
const Inverter = z.object({ inverterId: Id, siteId: Id, vendor: z.string() })
const Backup = z.object({ siteId: Id, source: z.enum(['grid', 'generator']) })

/** Said by solar. */
export const solarEvents = {
  /** The site reached `low` from above. */
  'power.low': Power,
  'power.critical': Power,
  /** The site came back to `normal` or `watch` from `low` or below. */
  'power.restored': Power,
  /** Every single step of the ladder, down or up. */
  'power.level_changed': Power.extend({
    from: PowerLevel,
    cause: z.enum(['charge', 'runtime', 'silence', 'recovery', 'operator']),
  }),
  /**
   * A finished five-minute slot of a site. `bySource` sums to `loadWh` to the milliwatt-hour.
   * `baselineWh` is the part of the load that flows whether or not anything computes.
   */
  'energy.slot_closed': z.object({
    siteId: Id,
    ...Span.shape,
    loadWh: WattHours,
    baselineWh: WattHours,
    bySource: EnergyBySource,
    producedWh: WattHours,
    toBatteryWh: WattHours,
    toGridWh: WattHours,
    quality: z.enum(['measured', 'partial']),
  }),
  'inverter.online': Inverter,
  'inverter.offline': Inverter.extend({ lastSeenAt: Instant, cause: z.enum(['night', 'silence', 'unreachable']) }),
  'backup.engaged': Backup,
  'backup.released': Backup,
  'forecast.published': z.object({
    siteId: Id,
    ...Span.shape,
    producedWh: WattHours,
    surplusUntil: Instant.nullable(),
  }),
  'diagnosis.raised': z.object({
    diagnosisId: Id,
    siteId: Id,
    inverterId: Id.nullable(),
    kind: z.enum(['sign', 'unit', 'frozen', 'counter', 'balance', 'underperformance', 'silence']),
    summary: z.string(),
  }),
}
