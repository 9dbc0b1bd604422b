import { type Place, sunPosition } from '@sahary/sun/position'
import type { Measure } from '../format/format.ts'
import { type Presence, presenceOf, silentAfterMs, sleepBelowDeg } from './freshness.ts'
import { type Latest, type SiteLive, siteLive } from './live.ts'

/** A device as it is stored: what it measures, when it was heard, and its last words. */
export type StoredDevice = {
  inverterId: number
  vendor: string
  measures: Measure[]
  seenAt: Date | null
  intervalMs: number | null
  said: Presence
  latest: Latest[]
}

export type StoredSite = { siteId: number; place: Place; devices: StoredDevice[] }

export type ObservedDevice = StoredDevice & { presence: Presence; silentMs: number }

/** A site at one instant of the business clock. */
export type Observed = {
  live: SiteLive
  sunElevation: number
  devices: ObservedDevice[]
  /** How long what is known now stays good. */
  holdMs: number
}

/** A gateway that is gone, or one whose every inverter is unreachable, has said so itself. */
function saysGone(latest: readonly Latest[]): boolean {
  const gateway = latest.find(one => one.quantity === 'gateway_online')
  const reachable = latest.filter(one => one.quantity === 'reachable')
  return gateway?.value === 0 || (reachable.length > 0 && reachable.every(one => one.value === 0))
}

function observeDevice(device: StoredDevice, now: Date, rate: number, sunElevation: number): ObservedDevice {
  const silentMs = silentAfterMs(device.intervalMs, rate)
  const presence = presenceOf({
    ageMs: device.seenAt ? now.getTime() - device.seenAt.getTime() : Number.POSITIVE_INFINITY,
    silentMs,
    saysGone: saysGone(device.latest),
    asleep: sunElevation < sleepBelowDeg && device.measures.every(measure => measure === 'pv'),
  })
  return { ...device, presence, silentMs }
}

/** What is known of a site now: who is there, what flows, how high the sun stands. `rate` is the clock's. */
export function observe(site: StoredSite, now: Date, rate: number): Observed {
  const sunElevation = sunPosition(now, site.place).elevationDeg
  const devices = site.devices.map(device => observeDevice(device, now, rate, sunElevation))
  return {
    live: siteLive(devices),
    sunElevation,
    devices,
    holdMs: Math.max(silentAfterMs(null, rate), ...devices.map(device => device.silentMs)),
  }
}
