import { z } from 'zod'
import { Id } from '../fields.ts'

/** What a service saw that identity should weigh; each speaker says it under a noun of its own. */
const Security = z.object({
  kind: z.string(),
  userId: Id.nullable(),
  accountId: Id.nullable(),
  detail: z.string(),
})

export const securityEvents = {
  'compute_security.observed': Security,
  'billing_security.observed': Security,
  'solar_security.observed': Security,
  'repairs_security.observed': Security,
}
