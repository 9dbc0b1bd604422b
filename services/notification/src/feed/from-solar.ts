import type { EventData } from '@sahary/contracts/events'
import { type Effects, isDescent } from '../power/power.ts'
import { type Notice, toAccount, toStaff } from './notice.ts'

type Step = EventData<'power.level_changed'>

/** A step of the ladder, told to whoever runs the site. */
export const siteNotice = ({ siteId, from, level, chargePercent }: Step): Notice => ({
  kind: 'site_level',
  params: { siteId, from, level, chargePercent },
  audience: toStaff('operator'),
  severity: isDescent(from, level) ? 'warning' : 'success',
  link: { type: 'site', id: siteId },
})

/** The same step, told to an account whose VMs it stops, slows down, or brings back. */
export function powerNotice({ accountId, ...effects }: Effects, noticeEndsAt: string | null): Notice {
  const { stops, caps, warns, restarts, lifts } = effects
  const of = { audience: toAccount(accountId), link: null }
  if (stops.length > 0)
    return { ...of, kind: 'power_stopping', params: { stops, caps, stopAt: noticeEndsAt }, severity: 'danger' }
  if (caps.length > 0 || warns.length > 0)
    return { ...of, kind: 'power_limited', params: { caps, warns }, severity: 'warning' }
  return { ...of, kind: 'power_returned', params: { restarts, lifts }, severity: 'success' }
}

const backup =
  (engaged: boolean) =>
  ({ siteId, source }: EventData<'backup.engaged'>): Notice => ({
    kind: 'backup_changed',
    params: { siteId, source, engaged },
    audience: toStaff('operator'),
    severity: engaged ? 'warning' : 'success',
    link: { type: 'site', id: siteId },
  })

/** What solar's other events tell staff. An inverter that sleeps at night is no news. */
export const solarNotices = {
  'power.level_changed': siteNotice,
  'backup.engaged': backup(true),
  'backup.released': backup(false),
  'inverter.offline': ({ inverterId, siteId, lastSeenAt, cause }: EventData<'inverter.offline'>): Notice | null =>
    cause === 'night'
      ? null
      : {
          kind: 'inverter_offline',
          params: { inverterId, siteId, lastSeenAt },
          audience: toStaff('operator'),
          severity: 'danger',
          link: { type: 'inverter', id: inverterId },
        },
  'diagnosis.raised': ({ siteId, kind, summary }: EventData<'diagnosis.raised'>): Notice => ({
    kind: 'diagnosis_raised',
    params: { siteId, kind, summary },
    audience: toStaff('operator', 'technician'),
    severity: 'warning',
    link: { type: 'site', id: siteId },
  }),
}

/** An inverter that had been missed is back. */
export const inverterBack = ({ inverterId, siteId }: EventData<'inverter.online'>): Notice => ({
  kind: 'inverter_online',
  params: { inverterId, siteId },
  audience: toStaff('operator'),
  severity: 'success',
  link: { type: 'inverter', id: inverterId },
})
