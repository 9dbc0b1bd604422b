import type { Principal } from '@sahary/auth/principal'
import { Id, Instant, Locale } from '@sahary/contracts/fields'
import { memberRoles } from '@sahary/contracts/roles'
import { z } from 'zod'

/** A person as others may see them. */
export const User = z.object({
  id: Id,
  name: z.string(),
  email: z.string().nullable(),
  mobile: z.string().nullable(),
  locale: Locale,
  roles: z.array(z.string()).describe('Staff roles; empty for customers.'),
  active: z.boolean(),
  createdAt: Instant,
})
export type User = z.infer<typeof User>

/** The account somebody acts for, and what they are in it. */
export const Membership = z.object({
  id: Id,
  name: z.string(),
  role: z.enum(memberRoles),
  suspendedAt: Instant.nullable(),
})
export type Membership = z.infer<typeof Membership>

/** A name people go by: something visible in it, no line breaks or control characters. */
export const Name = z
  .string()
  .min(1)
  .max(120)
  .refine(name => /[\p{L}\p{N}]/u.test(name) && !/\p{Cc}/u.test(name), { params: { code: 'name_required' } })

/** Who an access token speaks for. */
export const principalFor = (user: User, account: Membership | null, sessionId: string): Principal => ({
  userId: user.id,
  accountId: account?.id ?? null,
  memberRole: account?.role ?? null,
  roles: user.roles,
  sessionId,
  locale: user.locale,
})
