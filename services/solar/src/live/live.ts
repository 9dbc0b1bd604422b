import { type Measure, serialOf } from '../format/format.ts'
import { isPlausible, type Quantity } from '../format/quantity.ts'
import type { Presence } from './freshness.ts'

/** The last value of one quantity of one device. */
export type Latest = { quantity: string; part: string; value: number | null }

/** A device as the balance sees it. `seenAt` is null before its first message. */
export type LiveDevice = { measures: readonly Measure[]; presence: Presence; seenAt: Date | null; latest: Latest[] }

/** Powers in watts with canonical signs; null is "not known now". */
export type Powers = {
  pvW: number | null
  loadW: number | null
  batteryW: number | null
  gridW: number | null
  generatorW: number | null
}

export type SiteLive = Powers & {
  chargePercent: number | null
  seenAt: Date | null
  /** `measured`: every device speaks or sleeps; `partial`: one is missing; `stale`: none speaks; `none`: none ever did. */
  quality: 'measured' | 'partial' | 'stale' | 'none'
}

/** The quantities that give a measure, best first: a micro-inverter's AC side is what reaches the load. */
const powerOf: Record<Measure, readonly [Quantity, ...Quantity[]]> = {
  pv: ['ac_power', 'pv_power'],
  battery: ['battery_power'],
  grid: ['grid_power'],
  load: ['load_power'],
  generator: ['generator_power'],
}

/**
 * One quantity of one device: the whole where it is given, else the sum of the parts that apply now. What a gateway knew
 * of an inverter before it could no longer reach it does not.
 */
export function quantityOf(latest: readonly Latest[], quantity: string): number | null {
  const gone = new Set(latest.filter(one => one.quantity === 'reachable' && one.value === 0).map(one => one.part))
  const known = latest.filter(one => one.quantity === quantity && one.value !== null && !gone.has(serialOf(one.part)))
  const whole = known.find(one => one.part === '')
  if (whole) return whole.value
  return known.length === 0 ? null : known.reduce((sum, one) => sum + (one.value ?? 0), 0)
}

function measureOf(device: LiveDevice, measure: Measure): number | null {
  if (device.presence.cause === 'night') return measure === 'pv' ? 0 : null
  if (!device.presence.online) return null
  for (const quantity of powerOf[measure]) {
    const value = quantityOf(device.latest, quantity)
    if (value !== null) return value
  }
  return null
}

/** True when a device has stopped giving its share. One that never spoke has no share yet. */
const isSilent = ({ presence, seenAt }: LiveDevice): boolean =>
  seenAt !== null && !presence.online && presence.cause !== 'night'

/**
 * Sum over the devices that measure it; null when one of them is silent (half a sum is not a sum) or when no site has so
 * much. A hybrid inverter without panels gives no PV value at all, and is not asked for one.
 */
function sumOf(devices: readonly LiveDevice[], measure: Measure): number | null {
  const asked = devices.filter(device => device.measures.includes(measure))
  const values = asked.map(device => measureOf(device, measure)).filter(value => value !== null)
  if (asked.some(isSilent) || values.length === 0) return null
  const sum = values.reduce((all, value) => all + value, 0)
  return isPlausible(powerOf[measure][0], sum) ? sum : null
}

/** The load where no device measures it: what the others give together, never below zero. */
function derivedLoad(devices: readonly LiveDevice[], powers: Omit<Powers, 'loadW'>): number | null {
  if (powers.pvW === null || devices.some(isSilent)) return null
  return Math.max(0, powers.pvW + (powers.batteryW ?? 0) + (powers.gridW ?? 0) + (powers.generatorW ?? 0))
}

function qualityOf(devices: readonly LiveDevice[]): SiteLive['quality'] {
  if (devices.every(device => device.seenAt === null)) return 'none'
  if (devices.every(device => device.presence.online || device.presence.cause === 'night')) return 'measured'
  return devices.some(device => device.presence.online) ? 'partial' : 'stale'
}

/** The state of a site from the last words of its devices. */
export function siteLive(devices: readonly LiveDevice[]): SiteLive {
  const others = {
    pvW: sumOf(devices, 'pv'),
    batteryW: sumOf(devices, 'battery'),
    gridW: sumOf(devices, 'grid'),
    generatorW: sumOf(devices, 'generator'),
  }
  const loadIsMeasured = devices.some(device => device.measures.includes('load'))
  const batteries = devices.filter(device => device.measures.includes('battery'))
  const charges = batteries.map(device => quantityOf(device.latest, 'battery_soc')).filter(value => value !== null)
  const seen = devices.map(device => device.seenAt?.getTime() ?? 0)
  const seenAt = Math.max(0, ...seen)
  return {
    ...others,
    loadW: loadIsMeasured ? sumOf(devices, 'load') : derivedLoad(devices, others),
    // Two batteries: the emptier one decides what can be promised, and one that falls silent did not fill thereby.
    chargePercent: charges.length > 0 && batteries.some(one => one.presence.online) ? Math.min(...charges) : null,
    seenAt: seenAt === 0 ? null : new Date(seenAt),
    quality: qualityOf(devices),
  }
}
