import type { Allowance } from './gcra.ts'

/** One bucket that a request draws from. */
export type Draw = {
  key: string
  allowance: Allowance
  cost: number
  /** What each replica allows alone when the shared counters are away. */
  alone: Allowance
}

const perMinute = (units: number, burst: number, factor: number): Allowance => ({
  burst: burst * factor,
  everyMs: 60_000 / (units * factor),
})

/** Dear routes by method and template; the rest cost 1 to read and 2 to write. */
const costs: Record<string, number> = {
  'POST /api/customer/vms': 20,
  'GET /api/customer/invoices/:id/pdf': 20,
  'GET /api/customer/usage': 5,
  'GET /api/customer/events': 5,
  'GET /api/customer/dashboard/stats': 4,
}

export type Request = {
  method: string
  /** The route's template; undefined where there is no such route. */
  route: string | undefined
  /** Null for somebody who has not signed in. */
  userId: number | null
  network: string
  /** How many times the usual allowance; for load tests and big sites. */
  factor: number
}

/**
 * The bucket of a request: signing in draws from the network's small one, which gets smaller when Redis is away;
 * everything else from the caller's own or, for strangers, from the network's. The portal's files are free.
 */
export function drawOf({ method, route, userId, network, factor }: Request): Draw | null {
  if (route !== undefined && /^\/((customer|admin)(\/.*)?)?$/.test(route)) return null
  const read = method === 'GET' || method === 'HEAD'
  const cost = costs[`${method} ${route}`] ?? (read ? 1 : 2)
  if (!read && route?.startsWith('/api/auth/')) {
    const allowance = perMinute(60, 30, factor)
    return { key: `auth:${network}`, cost: 1, allowance, alone: perMinute(20, 10, factor) }
  }
  const allowance = userId === null ? perMinute(900, 300, factor) : perMinute(1200, 400, factor)
  return { key: userId === null ? `net:${network}` : `user:${userId}`, cost, allowance, alone: allowance }
}

/**
 * What an invalid or missing token costs where one is needed: whoever guesses is told to wait, and learns nothing more.
 * Wide enough for an office whose browsers find their tokens expired all at once.
 */
export const unknownDraw = (network: string, factor: number): Draw => ({
  key: `unknown:${network}`,
  cost: 1,
  allowance: perMinute(120, 60, factor),
  alone: perMinute(40, 20, factor),
})

/** What one stranger shares with neighbours: the /64 of an IPv6 address; an IPv4 address is one's own. */
export function networkOf(address: string): string {
  const v4 = /^(?:::ffff:)?(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)
  if (v4) return v4[1]!
  const [head = '', tail = ''] = address.split('%')[0]!.toLowerCase().split('::')
  const before = head.split(':').filter(group => group !== '')
  const after = tail.split(':').filter(group => group !== '')
  const zeros = address.includes('::') ? Math.max(0, 8 - before.length - after.length) : 0
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...after].slice(0, 4)
  return `${groups.map(group => group.replace(/^0+(?=.)/, '')).join(':')}::/64`
}
