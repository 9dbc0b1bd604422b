/** `burst` tries at once, then one each `everyMs`. */
export type Rate = { burst: number; everyMs: number }
/** One bucket to take from: whose it is and how fast it fills. */
export type Bucket = { key: string; rate: Rate }

/** Sign-in: 5 a minute per account and network, 30 an hour per account, and an hourly number per network. */
export type SignInRates = { perAccountAndNetwork: Rate; perAccount: Rate; perNetwork: Rate }

export const signInRates = (perNetworkPerHour: number): SignInRates => ({
  perAccountAndNetwork: { burst: 5, everyMs: 12_000 },
  perAccount: { burst: 30, everyMs: 120_000 },
  perNetwork: { burst: perNetworkPerHour, everyMs: 3_600_000 / perNetworkPerHour },
})

/** What one caller shares with neighbours: the /24 of an IPv4 address, the /64 of an IPv6 one. */
export function networkOf(address: string): string {
  const v4 = /^(?:::ffff:)?(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}$/i.exec(address)
  if (v4) return `${v4[1]}.0/24`
  const groups = groupsOf(address)
  const proper = groups.length === 8 && groups.every(group => /^[0-9a-f]{1,4}$/.test(group))
  return proper ? `${groups.slice(0, 4).join(':')}::/64` : 'unknown'
}

function groupsOf(address: string): string[] {
  const [head = '', tail] = address.split('%')[0]!.toLowerCase().split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail ? tail.split(':') : []
  const missing = tail === undefined ? 0 : 8 - before.length - after.length
  const all = [...before, ...Array<string>(Math.max(0, missing)).fill('0'), ...after]
  return all.map(group => group.replace(/^0+(?=.)/, ''))
}

/** The buckets that one try to sign in as `identifier` from `network` takes from. */
export const signInBuckets = (rates: SignInRates, identifier: string, network: string): Bucket[] => [
  { key: `sign-in:${identifier}:${network}`, rate: rates.perAccountAndNetwork },
  { key: `sign-in:${identifier}`, rate: rates.perAccount },
  { key: `network:${network}`, rate: rates.perNetwork },
]

/** When the shared counters cannot be reached each replica counts alone, so each allows half. */
export const stricter = (rate: Rate): Rate => ({
  burst: Math.max(1, Math.floor(rate.burst / 2)),
  everyMs: rate.everyMs * 2,
})

/**
 * One step of GCRA (ITU-T I.371) at `nowMs`: `fullAtMs` is the theoretical arrival time kept per bucket.
 * Gives the next one, or how long to wait. No burst at the edge of a window, exact under any interleaving.
 */
export function take(
  rate: Rate,
  fullAtMs: number | undefined,
  nowMs: number,
): { allowed: true; fullAtMs: number } | { allowed: false; waitMs: number } {
  const next = Math.max(fullAtMs ?? nowMs, nowMs) + rate.everyMs
  const waitMs = next - rate.burst * rate.everyMs - nowMs
  return waitMs > 0 ? { allowed: false, waitMs } : { allowed: true, fullAtMs: next }
}
