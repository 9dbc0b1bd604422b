import type { RepairVerb } from '@sahary/contracts/events/repairs'
import type { PowerLevel } from '@sahary/contracts/ladder'
import type { MemberRole, StaffRole } from '@sahary/contracts/roles'
import type { VmFault, VmReason } from '@sahary/contracts/vm'
import type { z } from 'zod'

type Amount = { minor: number; currency: string }
type Machine = { name: string; reason: z.infer<typeof VmReason> }
type Hardware = { brand: string; model: string; serial: string }

/** Each kind of notice and what its sentence needs to know. */
export type Params = {
  welcome: { name: string }
  identifier_verified: { channel: 'email' | 'mobile' }
  signed_in: object
  user_reactivated: object
  roles_changed: { roles: string[] }
  session_ended: { reason: 'reuse' | 'password' | 'admin' }
  member_changed: { role: MemberRole | null }
  token_created: { name: string }
  token_revoked: object
  security_alert: { kind: string; detail: string }
  vm_created: Machine
  vm_started: Machine
  vm_stopped: Machine
  vm_paused: Machine
  vm_resumed: Machine
  vm_resized: Machine & { vmType: string }
  vm_deleted: Machine
  vm_failed: Machine & { code: VmFault | null }
  power_stopping: { stops: string[]; caps: string[]; stopAt: string | null }
  power_limited: { caps: string[]; warns: string[] }
  power_returned: { restarts: string[]; lifts: string[] }
  invoice_finalized: { number: string; total: Amount; period: { from: string; to: string }; dueAt: string }
  invoice_paid: { number: string; total: Amount }
  invoice_overdue: { number: string; total: Amount }
  invoice_voided: { number: string }
  payment_succeeded: { amount: Amount }
  payment_failed: { amount: Amount }
  payment_refunded: { amount: Amount }
  credit_note_issued: { number: string; total: Amount }
  budget_reached: { percent: number; spent: Amount; limit: Amount }
  account_suspended: { reason: string }
  account_reinstated: object
  device_registered: Hardware
  device_retired: Hardware
  repair_moved: { number: string; verb: RepairVerb }
  repair_to_triage: { number: string }
  quote_sent: { total: Amount; validUntil: string }
  quote_answered: { accepted: boolean }
  site_level: { siteId: number; from: PowerLevel; level: PowerLevel; chargePercent: number | null }
  backup_changed: { siteId: number; source: 'grid' | 'generator'; engaged: boolean }
  inverter_offline: { inverterId: number; siteId: number; lastSeenAt: string }
  inverter_online: { inverterId: number; siteId: number }
  diagnosis_raised: { siteId: number; kind: string; summary: string }
  host_changed: { name: string; state: 'joined' | 'lost' | 'recovered' | 'drained' }
}
export type Kind = keyof Params

/** Whom a notice is for: one person, the members of an account in some roles, or staff in some roles. */
export type Audience =
  | { to: 'user'; userId: number; accountId: number | null }
  | { to: 'account'; accountId: number; roles: readonly MemberRole[] }
  | { to: 'staff'; roles: readonly StaffRole[] }

export type Severity = 'info' | 'success' | 'warning' | 'danger'
export type Link = {
  type: 'vm' | 'invoice' | 'device' | 'repair' | 'site' | 'inverter' | 'host' | 'token' | 'user' | 'account'
  id: number
}

/** Something to tell, not yet in anybody's language. */
export type Notice = {
  [K in Kind]: { kind: K; params: Params[K]; audience: Audience; severity: Severity; link: Link | null }
}[Kind]

/** Who of an account hears of its machines and hardware, and who of its money. Viewers look for themselves. */
export const workers: readonly MemberRole[] = ['owner', 'member']
export const payers: readonly MemberRole[] = ['owner']

/**
 * What tells two notices of one event apart, so that each recipient gets each of them once, however often the event
 * comes: the audience it was written for.
 */
export const aboutOf = (audience: Audience): string =>
  audience.to === 'account' ? `account:${audience.accountId}` : audience.to

export const toAccount = (accountId: number, roles: readonly MemberRole[] = workers): Audience => ({
  to: 'account',
  accountId,
  roles,
})
export const toUser = (userId: number, accountId: number | null = null): Audience => ({ to: 'user', userId, accountId })
export const toStaff = (...roles: StaffRole[]): Audience => ({ to: 'staff', roles: [...roles, 'admin'] })
