import type { SaharyEvent } from '@sahary/contracts/events'
import { grants, type Permission } from '@sahary/contracts/roles'

/** Who listens, as far as it decides what they hear. */
export type Listener = { userId: number; accountId: number | null; sessionId: string; roles: readonly string[] }

/** Nouns whose events concern one account, with what its members and, for all accounts, staff need to hear them. */
const ofAccounts: Record<string, { member: Permission; staff: Permission | null }> = {
  vm: { member: 'vm:read:own', staff: 'vm:read' },
  usage: { member: 'usage:read:own', staff: null },
  invoice: { member: 'invoice:read:own', staff: 'invoice:read' },
  payment: { member: 'invoice:read:own', staff: 'payment:read' },
  credit_note: { member: 'invoice:read:own', staff: 'invoice:read' },
  budget: { member: 'invoice:read:own', staff: null },
  billing_account: { member: 'account:read:own', staff: 'invoice:read' },
  repair: { member: 'repair:read:own', staff: 'repair:read' },
  device: { member: 'device:read:own', staff: 'device:read' },
  quote: { member: 'repair:read:own', staff: 'repair:read' },
}
/** Nouns whose events concern a site, that is everybody who has signed in. */
const ofSites = ['power', 'energy', 'backup']
/** Nouns whose events concern staff alone. */
const ofStaff: Record<string, Permission> = { host: 'host:read', inverter: 'site:read', diagnosis: 'site:read' }
/** A VM's use of its processors every five minutes is news for metering, not for people. */
const silent = ['vm.metered']

const nounOf = (type: string): string => type.split('.', 1)[0]!

/** True for events that somebody may hear at all. */
export function isNews({ type }: { type: string }): boolean {
  const noun = nounOf(type)
  if (silent.includes(type)) return false
  return noun in ofAccounts || ofSites.includes(noun) || noun in ofStaff || noun === 'notification'
}

/** True when `event` may be told to `listener`. */
export function mayHear(listener: Listener, event: SaharyEvent): boolean {
  const noun = nounOf(event.type)
  if (!isNews(event)) return false
  if (ofSites.includes(noun)) return true
  const { accountId, userId } = event.data as { accountId?: number | null; userId?: number }
  if (noun === 'notification') return userId === listener.userId
  const staff = ofStaff[noun]
  if (staff) return grants(listener.roles, staff)
  const rule = ofAccounts[noun]!
  const own = accountId !== undefined && accountId !== null && accountId === listener.accountId
  return (own && grants(listener.roles, rule.member)) || (rule.staff !== null && grants(listener.roles, rule.staff))
}

/** True when `event` ends what `listener` was let in with. */
export function endsListening(listener: Listener, event: SaharyEvent): boolean {
  if (event.type === 'session.revoked') return event.data.sessionId === listener.sessionId
  if (event.type === 'user.deactivated' || event.type === 'user.roles_changed')
    return event.data.userId === listener.userId
  return event.type === 'account.member_changed' && event.data.userId === listener.userId
}

/** One event as `text/event-stream` carries it. */
export const frameOf = ({ id, type, body }: { id?: string; type: string; body: unknown }): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(body)}\n\n`
