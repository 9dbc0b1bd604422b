import { Refusal } from '@sahary/contracts/refusal'
import type { Bucket } from './slowdown.ts'
import type { Slowdown } from './store.ts'

/** Counts one try against all its buckets, or refuses it with the seconds to wait. */
export async function slowDown(slowdown: Slowdown, buckets: readonly Bucket[]): Promise<void> {
  const waitMs = await slowdown.take(buckets)
  if (waitMs > 0) throw new Refusal('rate_limited', { retryAfterS: Math.ceil(waitMs / 1000) })
}
