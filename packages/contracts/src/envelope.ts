import { z } from 'zod'
import { Instant } from './fields.ts'

/**
 * CloudEvents 1.0.2 in JSON, with two extensions: `traceparent` (W3C Trace Context) and `sequence`,
 * the position of this event among those of its `subject`'s noun and id, from 1 without gaps.
 */
export const Envelope = z.object({
  specversion: z.literal('1.0'),
  id: z.uuid(),
  source: z.string().regex(/^sahary\/[a-z]+$/),
  type: z.string().regex(/^[a-z_]+\.[a-z_]+(\.v\d+)?$/),
  time: Instant,
  subject: z.string().min(1).max(64),
  sequence: z.int().positive(),
  traceparent: z.string().optional(),
  data: z.unknown(),
})
export type Envelope = z.infer<typeof Envelope>
