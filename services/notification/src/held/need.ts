import type { SaharyEvent } from '@sahary/contracts/events'

/** Something that must be known before an event can be told: a person or an account. */
export type Reference = `user:${number}` | `account:${number}`

const ofAccount = new Set([
  'vm',
  'invoice',
  'payment',
  'credit_note',
  'budget',
  'billing_account',
  'device',
  'repair',
  'quote',
])
const ofUser = new Set(['user', 'session', 'token', 'security'])

/** What an event depends on. Services speak in no common order: a VM may be heard of before its account is. */
export function needsOf(event: SaharyEvent): Reference[] {
  const noun = event.type.slice(0, event.type.indexOf('.'))
  const data = event.data as { accountId?: number; userId?: number | null; ownerUserId?: number }
  if (event.type === 'user.registered') return []
  if (event.type === 'account.created') return [`user:${data.ownerUserId ?? 0}`]
  const needs: Reference[] = []
  if (ofAccount.has(noun) || noun === 'account') needs.push(`account:${data.accountId ?? 0}`)
  if ((ofUser.has(noun) || noun === 'account') && data.userId) needs.push(`user:${data.userId}`)
  return needs
}

/** What an event makes known. */
export function introducedBy(event: SaharyEvent): Reference | null {
  if (event.type === 'user.registered') return `user:${event.data.userId}`
  if (event.type === 'account.created') return `account:${event.data.accountId}`
  return null
}
