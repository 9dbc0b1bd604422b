import type { Logger } from '@sahary/observability/log'
import { counter } from '@sahary/observability/metrics'
import { Redis } from 'ioredis'
import { take, type Verdict } from './gcra.ts'
import type { Draw } from './limit.ts'

/** Counts what callers draw, over all replicas while Redis answers, in this one while it does not. Never throws. */
export type Limiter = { draw(draw: Draw): Promise<Verdict>; close(): void }

/** Mirrors `take`, by the clock of Redis, so that replicas agree. */
const script = `
local t = redis.call('TIME')
local now = t[1] * 1000 + t[2] / 1000
local burst, every, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local before = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local next = before + math.min(cost, burst) * every
local wait = next - burst * every - now
local after, allowed = before, 0
if wait <= 0 then
  after, allowed, wait = next, 1, 0
  redis.call('SET', KEYS[1], string.format('%.3f', next), 'PX', math.max(1, math.ceil(next - now)))
end
return {allowed, string.format('%.3f', after - now), string.format('%.3f', wait)}`

const fallbacks = () => counter('gateway_limit_fallbacks_total', 'Requests counted in memory because Redis was away.')
/** After a failure Redis is left alone for this long, so that not every request waits for it. */
const pauseMs = 1000

export function openLimiter(url: string, logger: Logger): Limiter {
  const memory = memoryLimiter()
  const redis = new Redis(url, {
    commandTimeout: 200,
    connectTimeout: 1000,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: attempt => Math.min(100 * attempt, 2000),
  })
  let awayUntil = 0
  redis.on('error', () => {})
  const away = (error: unknown) => {
    if (awayUntil === 0) logger.warn({ error }, 'Redis is away; limits are counted in memory')
    awayUntil = Date.now() + pauseMs
  }
  return {
    draw: async draw => {
      if (Date.now() >= awayUntil)
        try {
          const verdict = verdictOf(await redis.eval(script, 1, `sahary:limit:${draw.key}`, ...numbersOf(draw)), draw)
          if (awayUntil !== 0) logger.info('Redis is back')
          awayUntil = 0
          return verdict
        } catch (error) {
          away(error)
        }
      fallbacks().inc()
      return memory(draw)
    },
    close: () => redis.disconnect(),
  }
}

const numbersOf = ({ allowance, cost }: Draw): number[] => [allowance.burst, allowance.everyMs, cost]

function verdictOf(answer: unknown, { allowance }: Draw): Verdict {
  const [allowed, reset, wait] = (answer as unknown[]).map(Number) as [number, number, number]
  const nowMs = Date.now()
  return {
    allowed: allowed === 1,
    fullAtMs: nowMs + reset,
    remaining: Math.max(0, Math.floor(allowance.burst - reset / allowance.everyMs)),
    retryAfterMs: Math.ceil(wait),
    resetMs: Math.ceil(reset),
  }
}

const mostBuckets = 20_000

/** The same in a map that forgets the bucket that was drawn from longest ago. */
function memoryLimiter(): (draw: Draw) => Verdict {
  const fullAt = new Map<string, number>()
  return ({ key, alone, cost }) => {
    const verdict = take(alone, fullAt.get(key), Date.now(), cost)
    fullAt.delete(key)
    fullAt.set(key, verdict.fullAtMs)
    if (fullAt.size > mostBuckets) fullAt.delete(fullAt.keys().next().value as string)
    return verdict
  }
}
