import type { EventData } from '@sahary/contracts/events'
import { type Notice, toAccount, toStaff, toUser } from './notice.ts'

const own = (userId: number) => ({ audience: toUser(userId), link: { type: 'user', id: userId } }) as const

/** What identity's events tell people. Signing in is told, because it may have been somebody else; signing out is not. */
export const identityNotices = {
  'user.registered': ({ userId, name }: EventData<'user.registered'>): Notice => ({
    ...own(userId),
    kind: 'welcome',
    params: { name },
    severity: 'success',
  }),
  'user.verified': ({ userId, channel }: EventData<'user.verified'>): Notice => ({
    ...own(userId),
    kind: 'identifier_verified',
    params: { channel },
    severity: 'success',
  }),
  'user.signed_in': ({ userId }: EventData<'user.signed_in'>): Notice => ({
    ...own(userId),
    kind: 'signed_in',
    params: {},
    severity: 'info',
  }),
  'user.reactivated': ({ userId }: EventData<'user.reactivated'>): Notice => ({
    ...own(userId),
    kind: 'user_reactivated',
    params: {},
    severity: 'info',
  }),
  'user.roles_changed': ({ userId, roles }: EventData<'user.roles_changed'>): Notice => ({
    ...own(userId),
    kind: 'roles_changed',
    params: { roles },
    severity: 'info',
  }),
  'session.revoked': ({ userId, reason }: EventData<'session.revoked'>): Notice | null =>
    reason === 'signed_out' || reason === 'expired'
      ? null
      : { ...own(userId), kind: 'session_ended', params: { reason }, severity: 'warning' },
  'account.member_changed': ({ accountId, userId, role }: EventData<'account.member_changed'>): Notice => ({
    kind: 'member_changed',
    params: { role },
    audience: toUser(userId, accountId),
    severity: 'info',
    link: { type: 'account', id: accountId },
  }),
  'token.created': ({ userId, accountId, tokenId, name }: EventData<'token.created'>): Notice => ({
    kind: 'token_created',
    params: { name },
    audience: toUser(userId, accountId),
    severity: 'info',
    link: { type: 'token', id: tokenId },
  }),
  'token.revoked': ({ userId, accountId, tokenId }: EventData<'token.revoked'>): Notice => ({
    kind: 'token_revoked',
    params: {},
    audience: toUser(userId, accountId),
    severity: 'info',
    link: { type: 'token', id: tokenId },
  }),
  'security.alert_raised': ({ userId, kind, detail }: EventData<'security.alert_raised'>): Notice[] => {
    const alert = { kind: 'security_alert', params: { kind, detail }, severity: 'danger', link: null } as const
    const staff = { ...alert, audience: toStaff() }
    return userId === null ? [staff] : [staff, { ...alert, audience: toUser(userId) }]
  },
  'billing_account.suspended': ({ accountId, reason }: EventData<'billing_account.suspended'>): Notice => ({
    kind: 'account_suspended',
    params: { reason },
    audience: toAccount(accountId),
    severity: 'danger',
    link: { type: 'account', id: accountId },
  }),
  'billing_account.reinstated': ({ accountId }: EventData<'billing_account.reinstated'>): Notice => ({
    kind: 'account_reinstated',
    params: {},
    audience: toAccount(accountId),
    severity: 'success',
    link: { type: 'account', id: accountId },
  }),
}
