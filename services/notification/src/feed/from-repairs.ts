import type { EventData } from '@sahary/contracts/events'
import { type RepairVerb, repairVerbs } from '@sahary/contracts/events/repairs'
import { type Notice, type Severity, toAccount, toStaff } from './notice.ts'

type Device = EventData<'device.registered'>
type Repair = EventData<'repair.submitted'>

const device =
  (kind: 'device_registered' | 'device_retired') =>
  ({ deviceId, accountId, brand, model, serial }: Device): Notice => ({
    kind,
    params: { brand, model, serial },
    audience: toAccount(accountId),
    severity: 'info',
    link: { type: 'device', id: deviceId },
  })

const weights: Partial<Record<RepairVerb, Severity>> = {
  info_requested: 'warning',
  ready: 'success',
  rejected: 'warning',
  unrepairable: 'warning',
}

/** A step of a repair, told to its customer; a new one and an answered question also to those who take it up. */
const moved =
  (verb: RepairVerb) =>
  ({ repairId, accountId, number }: Repair): Notice[] => {
    const link = { type: 'repair', id: repairId } as const
    const params = { number, verb }
    const severity = weights[verb] ?? 'info'
    const customer = { kind: 'repair_moved', params, audience: toAccount(accountId), severity, link } as const
    if (verb !== 'submitted' && verb !== 'info_provided') return [customer]
    const audience = toStaff('support', 'technician')
    return [customer, { kind: 'repair_to_triage', params: { number }, audience, severity: 'info', link }]
  }

const moves = Object.fromEntries(repairVerbs.map(verb => [`repair.${verb}`, moved(verb)])) as Record<
  `repair.${RepairVerb}`,
  (data: Repair) => Notice[]
>

const answered =
  (accepted: boolean) =>
  ({ repairId }: EventData<'quote.accepted'>): Notice => ({
    kind: 'quote_answered',
    params: { accepted },
    audience: toStaff('support', 'technician'),
    severity: accepted ? 'success' : 'warning',
    link: { type: 'repair', id: repairId },
  })

/** What the events of repairs tell people. Comments and internal notes are no events, so they cannot reach a feed. */
export const repairsNotices = {
  'device.registered': device('device_registered'),
  'device.retired': device('device_retired'),
  ...moves,
  'quote.sent': ({ repairId, accountId, totalMinor, currency, validUntil }: EventData<'quote.sent'>): Notice => ({
    kind: 'quote_sent',
    params: { total: { minor: totalMinor, currency }, validUntil },
    audience: toAccount(accountId),
    severity: 'warning',
    link: { type: 'repair', id: repairId },
  }),
  'quote.accepted': answered(true),
  'quote.declined': answered(false),
}
