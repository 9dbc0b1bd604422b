/** `burst` units at once, and one more unit each `everyMs`. */
export type Allowance = { burst: number; everyMs: number }

/** What came of a request: `fullAtMs` is what the bucket keeps, the rest is told to the caller. */
export type Verdict = { allowed: boolean; fullAtMs: number; remaining: number; retryAfterMs: number; resetMs: number }

/**
 * One step of GCRA (ITU-T I.371) at `nowMs` for a request that costs `cost` units. `fullAtMs` is when the bucket will
 * have filled up again; undefined for one that is full. Exact: no double burst at the edge of a window.
 */
export function take(allowance: Allowance, fullAtMs: number | undefined, nowMs: number, cost: number): Verdict {
  const { burst, everyMs } = allowance
  const before = Math.max(fullAtMs ?? nowMs, nowMs)
  const next = before + Math.min(cost, burst) * everyMs
  const waitMs = next - burst * everyMs - nowMs
  const allowed = waitMs <= 0
  const after = allowed ? next : before
  return {
    allowed,
    fullAtMs: after,
    remaining: Math.max(0, Math.floor(burst - (after - nowMs) / everyMs)),
    retryAfterMs: allowed ? 0 : Math.ceil(waitMs),
    resetMs: Math.ceil(after - nowMs),
  }
}
