import type { VmFault } from '@sahary/contracts/vm'
import { englishRepairs } from './english-repairs.ts'
import type { Params } from './notice.ts'
import type { Catalogue } from './text.ts'
import { counted, dayText, fenced, lastDayText, listed, moneyText, timeText } from './wording.ts'

const money = ({ minor, currency }: { minor: number; currency: string }) => moneyText('en', minor, currency)
const names = (all: readonly string[]) => listed('en', all)
const servers = (n: number) => counted('en', n, { one: '1 server', other: '{n} servers' })
const run = (n: number) => counted('en', n, { one: 'runs', other: 'run' })

const because: Record<Params['vm_started']['reason'], string> = {
  user: 'as you asked',
  energy: 'because of the energy at its site',
  crash: 'after a crash',
  billing: 'because of your account’s bills',
  operator: 'by our operators',
}
const levels: Record<Params['site_level']['level'], string> = {
  normal: 'normal',
  watch: 'watch',
  low: 'low',
  backup: 'backup',
  critical: 'critical',
  safe_stop: 'safe stop',
}
const sessions: Record<Params['session_ended']['reason'], string> = {
  reuse:
    'A sign-in token of yours was used a second time, so we ended that session. Was it not you? Change your password.',
  password: 'Your password was changed, so we ended your other sessions.',
  admin: 'An administrator ended one of your sessions.',
}
const members = { owner: 'owner', member: 'member', viewer: 'viewer' }
const hosts: Record<Params['host_changed']['state'], string> = {
  joined: 'joined the platform',
  lost: 'does not answer any more',
  recovered: 'answers again',
  drained: 'is empty and may be taken away',
}
const faults: Record<VmFault, string> = {
  creation_failed: 'It could not be made. Start it to try again, or delete it.',
  disk_missing: 'Its disk is not on its host any more, so it cannot be started.',
  container_name_taken: 'Its place on its host is taken, so it cannot be started.',
  container_dead: 'Its host could not take it down in order.',
  out_of_memory: 'It used up its memory and was ended. A type with more memory may suit it.',
  exited: 'It ended by itself, because of an error inside it.',
}
const and = (...sentences: (string | false)[]) => sentences.filter(Boolean).join(' ')

/** Every notice in English. */
export const english: Catalogue = {
  welcome: p => [
    'Welcome to Sahary Cloud',
    `${fenced(p.name)}, your account is ready. Create your first server on the sun.`,
  ],
  identifier_verified: p => [
    'Verified',
    p.channel === 'email' ? 'Your e-mail address is verified.' : 'Your mobile number is verified.',
  ],
  signed_in: () => ['New sign-in', 'Somebody has signed in as you. Was it not you? Change your password now.'],
  user_reactivated: () => ['Your user is active again', 'You can sign in and work as before.'],
  roles_changed: p => [
    'Your roles have changed',
    p.roles.length > 0 ? `You now have: ${names(p.roles)}.` : 'You have no staff role any more.',
  ],
  session_ended: p => ['A session was ended', sessions[p.reason]],
  member_changed: p => [
    'Your place in an account has changed',
    p.role ? `You are now ${members[p.role]}.` : 'You no longer belong to it.',
  ],
  token_created: p => ['An API token was created', `The token ${fenced(p.name)} can now act in your name.`],
  token_revoked: () => ['An API token was revoked', 'It can no longer act in your name.'],
  security_alert: p => ['Security alert', `${fenced(p.kind)}: ${fenced(p.detail)}`],
  vm_created: p => [`Server ${fenced(p.name)} was created`, 'It is being prepared and starts in a moment.'],
  vm_started: p => [
    `Server ${fenced(p.name)} is running`,
    p.reason === 'energy'
      ? 'The energy is back, so we started it again. Its files are as they were.'
      : `It was started ${because[p.reason]}.`,
  ],
  vm_stopped: p => [
    `Server ${fenced(p.name)} was stopped`,
    p.reason === 'energy'
      ? 'The battery of its site is low. We start it again by ourselves when the sun returns; its files are kept.'
      : `It was stopped ${because[p.reason]}.`,
  ],
  vm_paused: p => [`Server ${fenced(p.name)} was paused`, `It was paused ${because[p.reason]}; it keeps its memory.`],
  vm_resumed: p => [`Server ${fenced(p.name)} goes on`, `It was resumed ${because[p.reason]}.`],
  vm_resized: p => [`Server ${fenced(p.name)} was resized`, `It is now of type ${fenced(p.vmType)}.`],
  vm_deleted: p => [`Server ${fenced(p.name)} was deleted`, `It was deleted ${because[p.reason]}.`],
  vm_failed: p => [`Server ${fenced(p.name)} has failed`, p.code ? faults[p.code] : 'It ended because of a fault.'],
  power_stopping: p => [
    p.stopAt
      ? `${servers(p.stops.length)} will stop at ${timeText('en', p.stopAt)}`
      : `${servers(p.stops.length)} will stop now`,
    and(
      `The battery is low: ${names(p.stops)}. Save your work; we start them again when the sun returns.`,
      p.caps.length > 0 && `With less processor, ${servers(p.caps.length)} ${run(p.caps.length)} on: ${names(p.caps)}.`,
    ),
  ],
  power_limited: p => [
    'The energy is getting less',
    and(
      p.caps.length > 0 && `With less processor, ${servers(p.caps.length)} ${run(p.caps.length)} on: ${names(p.caps)}.`,
      p.warns.length > 0 &&
        `Nothing changes yet for ${servers(p.warns.length)}: ${names(p.warns)}. If the battery falls further, we stop them in order.`,
    ),
  ],
  power_returned: p => [
    'The energy is back',
    and(
      p.restarts.length > 0 && `We are starting ${servers(p.restarts.length)} again: ${names(p.restarts)}.`,
      p.lifts.length > 0 &&
        `At full speed again, ${servers(p.lifts.length)} ${run(p.lifts.length)}: ${names(p.lifts)}.`,
    ),
  ],
  invoice_finalized: p => [
    `Invoice ${fenced(p.number)} is ready`,
    `${money(p.total)} for ${dayText('en', p.period.from)} to ${lastDayText('en', p.period.to)}, due by ${lastDayText('en', p.dueAt)}.`,
  ],
  invoice_paid: p => [`Invoice ${fenced(p.number)} is paid`, `${money(p.total)}. Thank you.`],
  invoice_overdue: p => [
    `Invoice ${fenced(p.number)} is overdue`,
    `${money(p.total)} has not been paid. Pay now to keep your servers running.`,
  ],
  invoice_voided: p => [`Invoice ${fenced(p.number)} was cancelled`, 'You owe nothing for it.'],
  payment_succeeded: p => ['Payment received', `We have received ${money(p.amount)}.`],
  payment_failed: p => [
    'Payment failed',
    `${money(p.amount)} could not be taken. Nothing was charged; try again or pay in another way.`,
  ],
  payment_refunded: p => ['Payment refunded', `${money(p.amount)} is on its way back to you.`],
  credit_note_issued: p => [`Credit note ${fenced(p.number)}`, `${money(p.total)} has been credited to you.`],
  budget_reached: p => [`${p.percent}% of your budget is spent`, `${money(p.spent)} of ${money(p.limit)}.`],
  account_suspended: p => ['Your account is suspended', `Reason: ${fenced(p.reason)}.`],
  account_reinstated: () => ['Your account works again', 'You can start your servers.'],
  site_level: p => [
    `Site ${p.siteId}: ${levels[p.level]}`,
    `It was ${levels[p.from]}${p.chargePercent === null ? '' : `; the battery holds ${p.chargePercent}%`}.`,
  ],
  backup_changed: p => [
    `Site ${p.siteId}: backup ${p.engaged ? 'engaged' : 'released'}`,
    p.source === 'grid' ? 'Source: the grid.' : 'Source: the generator.',
  ],
  inverter_offline: p => [
    `Inverter ${p.inverterId} is silent`,
    `Site ${p.siteId}, last heard at ${timeText('en', p.lastSeenAt)}.`,
  ],
  inverter_online: p => [`Inverter ${p.inverterId} is heard again`, `Site ${p.siteId}.`],
  diagnosis_raised: p => [`Site ${p.siteId}: ${fenced(p.kind)}`, fenced(p.summary)],
  host_changed: p => [`Host ${fenced(p.name)}`, `It ${hosts[p.state]}.`],
  ...englishRepairs,
}
