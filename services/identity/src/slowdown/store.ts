import type { Logger } from '@sahary/observability/log'
import { counter } from '@sahary/observability/metrics'
import { Redis } from 'ioredis'
import { type Bucket, stricter, take } from './slowdown.ts'

/** Counts tries. `take` gives 0 when a try may go ahead, else how long to wait; `giveBack` takes it back. */
export type Slowdown = {
  take(buckets: readonly Bucket[]): Promise<number>
  giveBack(buckets: readonly Bucket[]): Promise<void>
  close(): Promise<void>
}

/** GCRA over all buckets or none, by the clock of Redis, so that replicas agree. Mirrors `take` of the domain. */
const takeAll = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local next, longest = {}, 0
for i, key in ipairs(KEYS) do
  local burst, every = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local full = math.max(tonumber(redis.call('GET', key) or now), now) + every
  longest = math.max(longest, full - burst * every - now)
  next[i] = full
end
if longest > 0 then return math.ceil(longest) end
for i, key in ipairs(KEYS) do redis.call('SET', key, next[i], 'PX', math.ceil(next[i] - now)) end
return 0`

const giveAllBack = `
for i, key in ipairs(KEYS) do
  local full = redis.call('GET', key)
  if full then redis.call('SET', key, full - tonumber(ARGV[2 * i]), 'KEEPTTL') end
end
return 0`

const fallbacks = () => counter('identity_slowdown_fallbacks_total', 'Tries counted in memory because Redis was away.')

/** Counts in Redis; when it is away or slow, in this process's memory and by stricter rates. Never throws. */
export function openSlowdown(url: string, logger: Logger): Slowdown {
  const memory = inMemory()
  const redis = new Redis(url, {
    commandTimeout: 200,
    connectTimeout: 1_000,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: attempt => Math.min(100 * attempt, 2_000),
  })
  let down = false
  redis.on('error', error => {
    if (!down) logger.warn({ error }, 'Redis is away; sign-ins are counted in memory')
    down = true
  })
  redis.on('ready', () => {
    down = false
  })
  const ask = async (script: string, buckets: readonly Bucket[]): Promise<number> => {
    const keys = buckets.map(bucket => `sahary:slowdown:${bucket.key}`)
    const rates = buckets.flatMap(({ rate }) => [rate.burst, rate.everyMs])
    return Number(await redis.eval(script, keys.length, ...keys, ...rates))
  }
  return {
    take: buckets =>
      ask(takeAll, buckets).catch(() => {
        fallbacks().inc()
        return memory.take(buckets, Date.now())
      }),
    giveBack: async buckets => {
      await ask(giveAllBack, buckets).catch(() => memory.giveBack(buckets))
    },
    close: async () => redis.disconnect(),
  }
}

const mostBuckets = 20_000

/** The same in a map that forgets its oldest entries. */
function inMemory() {
  const fullAt = new Map<string, number>()
  return {
    take: (buckets: readonly Bucket[], nowMs: number): number => {
      const steps = buckets.map(bucket => ({
        bucket,
        step: take(stricter(bucket.rate), fullAt.get(bucket.key), nowMs),
      }))
      const waits = steps.map(({ step }) => (step.allowed ? 0 : step.waitMs))
      if (Math.max(...waits) > 0) return Math.max(...waits)
      for (const { bucket, step } of steps) {
        fullAt.delete(bucket.key)
        if (step.allowed) fullAt.set(bucket.key, step.fullAtMs)
      }
      for (const key of fullAt.keys()) {
        if (fullAt.size <= mostBuckets) break
        fullAt.delete(key)
      }
      return 0
    },
    giveBack: (buckets: readonly Bucket[]): void => {
      for (const { key, rate } of buckets) {
        const full = fullAt.get(key)
        if (full !== undefined) fullAt.set(key, full - stricter(rate).everyMs)
      }
    },
  }
}
