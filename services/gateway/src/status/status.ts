import { Instant } from '@sahary/contracts/fields'
import { z } from 'zod'

/** How the platform stands, for anybody. `unknown` is a part whose private port this gateway does not know. */
export const Status = z.object({
  status: z.enum(['ok', 'degraded']),
  parts: z.array(z.object({ name: z.string(), state: z.enum(['up', 'down', 'unknown']) })),
  /** The business clock, which differs from real time in simulations alone. */
  businessTime: Instant,
  clockRate: z.number(),
})
export type Status = z.infer<typeof Status>
export type PartState = Status['parts'][number]

/** One part that is down is one too many. */
export const verdictOf = (parts: readonly PartState[]): Status['status'] =>
  parts.some(({ state }) => state === 'down') ? 'degraded' : 'ok'
