/** A device is silent after three of its own intervals, at least 30 s and at most 15 min (as OpenDTU and NUT do). */
const silentAfterIntervals = 3
const leastMs = 30_000
const mostMs = 15 * 60_000

/** Wire jitter does not accelerate with the business clock: five real seconds are always forgiven. */
const forgivenRealMs = 5000

/** Messages closer than this belong to one burst of a device and say nothing about its interval. */
const burstMs = 1000

/**
 * How long after its last message a device counts as silent, in milliseconds of the business clock.
 * `intervalMs` is the observed interval, or null before there is one; `rate` is business time per real time.
 */
export function silentAfterMs(intervalMs: number | null, rate: number): number {
  const byInterval = Math.min(mostMs, Math.max(leastMs, silentAfterIntervals * (intervalMs ?? 0)))
  return Math.max(byInterval, forgivenRealMs * Math.max(1, rate))
}

/** The observed interval after one more gap between messages; a burst changes nothing, an outage is not an interval. */
export function observeInterval(intervalMs: number | null, gapMs: number): number | null {
  if (gapMs < burstMs || gapMs > mostMs) return intervalMs
  return intervalMs === null ? gapMs : Math.round(intervalMs * 0.8 + gapMs * 0.2)
}

/** The sun's elevation in degrees below which a PV inverter may sleep: micro-inverters start a little after sunrise. */
export const sleepBelowDeg = 5

export type Presence = { online: boolean; cause: 'night' | 'silence' | 'unreachable' | null }

/**
 * Whether a device is there, and if not, why: it said so itself, it sleeps (`asleep`: it measures nothing but PV and
 * the sun is down), or it is silent without an excuse.
 */
export function presenceOf(device: { ageMs: number; silentMs: number; saysGone: boolean; asleep: boolean }): Presence {
  const silent = device.ageMs > device.silentMs
  if (!silent && !device.saysGone) return { online: true, cause: null }
  if (device.asleep) return { online: false, cause: 'night' }
  return { online: false, cause: device.saysGone ? 'unreachable' : 'silence' }
}

/** Two clocks read together, and when (on the real one) the business clock was last set forward. */
export type Ticks = { realMs: number; businessMs: number; jumpedMs: number }

/** The ticks after another look. More business time than real time at twice the rate explains is a jump. */
export function lookAgain(before: Ticks | undefined, now: Omit<Ticks, 'jumpedMs'>, rate: number): Ticks {
  if (!before) return { ...now, jumpedMs: Number.NEGATIVE_INFINITY }
  const explained = (now.realMs - before.realMs) * Math.max(1, rate) * 2 + 60_000
  const jumped = now.businessMs - before.businessMs > explained
  return { ...now, jumpedMs: jumped ? now.realMs : before.jumpedMs }
}

/** False for five real seconds after a jump: nobody has had time to speak on the new date, so nobody is silent. */
export const isSettled = (ticks: Ticks): boolean => ticks.realMs - ticks.jumpedMs >= forgivenRealMs
