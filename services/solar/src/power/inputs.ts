import type { Observed } from '../live/observe.ts'
import { type LadderNumbers, type Rules, rulesOf, surplusRulesOf } from './rules.ts'
import { runtimeMin, type Smoothed, smooth } from './runtime.ts'
import type { PowerInputs } from './step.ts'

/** What the ladder needs to know of a site's equipment. */
export type PowerSite = {
  ratedW: number
  batteryUsableWh: number | null
  batteryReservePercent: number
  noticeS: number
  ladder: LadderNumbers
}

/** Below this share of the rated power a battery counts as resting: meters hum around zero. */
const restingShare = 0.01

/** What the battery must give: its own meter, or what the load leaves open. */
function drawOf({ live }: Observed): number | null {
  if (live.batteryW !== null) return live.batteryW
  if (live.loadW === null || live.pvW === null) return null
  return live.loadW - live.pvW - Math.max(0, live.gridW ?? 0) - (live.generatorW ?? 0)
}

const oneDecimal = (value: number): number => Math.round(value * 10) / 10

/** The ladder's inputs and rules for a site as it is observed, and the smoothed draw to hand in the next time. */
export function inputsOf(
  site: PowerSite,
  observed: Observed,
  before: Smoothed,
  now: Date,
): { inputs: PowerInputs; rules: Rules; smoothed: Smoothed } {
  const draw = drawOf(observed)
  if (site.batteryUsableWh === null) return withoutBattery(site, observed, before, now)
  const smoothed = draw === null ? before : smooth(before, draw, now)
  const battery = { usableWh: site.batteryUsableWh, reservePercent: site.batteryReservePercent }
  const { chargePercent } = observed.live
  const speaks = observed.devices.some(device => device.presence.online && device.measures.includes('battery'))
  return {
    inputs: {
      chargePercent: chargePercent === null ? null : oneDecimal(chargePercent),
      runtimeMin: smoothed && runtimeMin(battery, chargePercent, smoothed.watts),
      discharging: draw === null ? null : draw > site.ratedW * restingShare,
      silent: !speaks,
    },
    rules: rulesOf(site.ladder, site.noticeS),
    smoothed,
  }
}

/** Without a battery the smoothed surplus of sun over load stands for the charge. */
function withoutBattery(site: PowerSite, { live }: Observed, before: Smoothed, now: Date) {
  const known = live.pvW !== null && live.loadW !== null
  const smoothed = known ? smooth(before, (live.pvW ?? 0) - (live.loadW ?? 0), now) : before
  const surplus = known && smoothed ? (smoothed.watts / site.ratedW) * 100 : null
  return {
    inputs: {
      chargePercent: surplus === null ? null : oneDecimal(Math.min(100, Math.max(0, surplus))),
      runtimeMin: null,
      discharging: null,
      silent: false,
    },
    rules: surplusRulesOf(site.ladder, site.noticeS),
    smoothed,
  }
}
