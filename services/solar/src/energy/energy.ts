import { Id, Instant, WattHours } from '@sahary/contracts/fields'
import { PowerLevel } from '@sahary/contracts/ladder'
import { z } from 'zod'
import type { Observed } from '../live/observe.ts'
import type { PowerState } from '../power/step.ts'

const Watts = z.number().nullable()

/** A site as anybody may see it: what flows now, how full the battery is, what the ladder says, and how sure we are. */
export const LiveEnergy = z.object({
  siteId: Id,
  name: z.string(),
  timezone: z.string(),
  at: Instant.describe('Now, on the business clock.'),
  pvW: Watts,
  loadW: Watts,
  batteryW: Watts.describe('+ is discharging, − is charging.'),
  gridW: Watts.describe('+ is import, − is export.'),
  generatorW: Watts,
  chargePercent: z.number().min(0).max(100).nullable(),
  level: PowerLevel,
  levelSince: Instant,
  noticeEndsAt: Instant.nullable().describe(
    'When the servers will be stopped that have been warned; null when none will.',
  ),
  age: z.number().nonnegative().nullable().describe('Seconds since the last reading.'),
  quality: z.enum(['measured', 'partial', 'stale', 'none']),
  sunElevation: z.number().min(-90).max(91).describe('Degrees above the horizon.'),
  running: z.object({ vms: z.int(), vcpus: z.int() }),
})
export type LiveEnergy = z.infer<typeof LiveEnergy>

/** A closed slot as its site's customers see it. */
export const SlotEnergy = z.object({
  from: Instant,
  to: Instant,
  loadWh: WattHours,
  producedWh: WattHours,
  toBatteryWh: WattHours,
  toGridWh: WattHours,
  bySource: z.object({ solar: WattHours, battery: WattHours, grid: WattHours, generator: WattHours }),
  quality: z.enum(['measured', 'partial']),
})
export type SlotEnergy = z.infer<typeof SlotEnergy>

const whole = (watts: number | null): number | null => (watts === null ? null : Math.round(watts))
const oneDecimal = (value: number | null): number | null => (value === null ? null : Math.round(value * 10) / 10)

type Facts = {
  siteId: number
  site: { name: string; timezone: string }
  observed: Observed
  state: PowerState
  running: LiveEnergy['running']
  now: Date
}

/** A site's live state as JSON. */
export function liveEnergy({ siteId, site, observed, state, running, now }: Facts): LiveEnergy {
  const { live, sunElevation } = observed
  const age = live.seenAt ? Math.max(0, (now.getTime() - live.seenAt.getTime()) / 1000) : null
  return {
    siteId,
    name: site.name,
    timezone: site.timezone,
    at: now.toISOString(),
    pvW: whole(live.pvW),
    loadW: whole(live.loadW),
    batteryW: whole(live.batteryW),
    gridW: whole(live.gridW),
    generatorW: whole(live.generatorW),
    chargePercent: oneDecimal(live.chargePercent),
    level: state.level,
    levelSince: state.since.toISOString(),
    noticeEndsAt: state.noticeEndsAt && state.noticeEndsAt > now ? state.noticeEndsAt.toISOString() : null,
    age: oneDecimal(age),
    quality: live.quality,
    sunElevation: oneDecimal(sunElevation) ?? 0,
    running,
  }
}
