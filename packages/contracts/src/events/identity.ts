import { z } from 'zod'
import { Id, Instant, Locale } from '../fields.ts'
import { memberRoles } from '../roles.ts'

const User = z.object({ userId: Id })

/** Said by identity. */
export const identityEvents = {
  'user.registered': User.extend({
    name: z.string(),
    email: z.string().nullable(),
    mobile: z.string().nullable(),
    locale: Locale,
    roles: z.array(z.string()),
  }),
  'user.verified': User.extend({ channel: z.enum(['email', 'mobile']) }),
  'user.signed_in': User.extend({ sessionId: z.uuid(), accountId: Id.nullable() }),
  'user.deactivated': User.extend({ reason: z.string() }),
  'user.reactivated': User,
  'user.roles_changed': User.extend({ roles: z.array(z.string()) }),
  'session.revoked': User.extend({
    sessionId: z.uuid(),
    reason: z.enum(['signed_out', 'reuse', 'password', 'admin', 'expired']),
    /** Access tokens of this session issued before this instant are dead. */
    revokedAt: Instant,
  }),
  'account.created': z.object({ accountId: Id, ownerUserId: Id, name: z.string(), locale: Locale }),
  'account.member_changed': z.object({ accountId: Id, userId: Id, role: z.enum(memberRoles).nullable() }),
  'token.created': User.extend({ tokenId: Id, accountId: Id, name: z.string() }),
  'token.revoked': User.extend({ tokenId: Id, accountId: Id }),
  'security.alert_raised': z.object({ alertId: Id, userId: Id.nullable(), kind: z.string(), detail: z.string() }),
}
