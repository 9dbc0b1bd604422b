import type { Params } from './notice.ts'
import type { Catalogue } from './text.ts'
import { dayText, fenced, moneyText } from './wording.ts'

const steps: Record<Params['repair_moved']['verb'], string> = {
  submitted: 'We have received your request and will look at it.',
  accepted: 'We have accepted your request and begin work.',
  rejected: 'We cannot take your request. The reason is in it.',
  info_requested: 'We need an answer from you before we can go on.',
  info_provided: 'Thank you, we go on.',
  scheduled: 'A date has been set.',
  received: 'Your device is with us.',
  diagnosis_started: 'We are looking for the fault.',
  approved: 'There is nothing to pay; the work can begin.',
  parts_ordered: 'We are waiting for parts.',
  parts_arrived: 'The parts are here and the work goes on.',
  work_started: 'The work has begun.',
  testing: 'The work is done and we are testing.',
  test_failed: 'A test failed, so the work goes on.',
  ready: 'Your device is ready.',
  no_fault_found: 'We found no fault.',
  unrepairable: 'The device cannot be repaired. The reason is in the request.',
  delivered: 'The device has been handed over.',
  closed: 'The request is closed.',
  cancelled: 'The request was cancelled.',
}
const deviceName = (p: Params['device_registered']) => `${fenced(`${p.brand} ${p.model}`)} (${fenced(p.serial)})`

/** The notices of devices, repairs and quotes in English. */
export const englishRepairs = {
  device_registered: p => ['Device registered', deviceName(p)],
  device_retired: p => ['Device retired', deviceName(p)],
  repair_moved: p => [`Repair ${fenced(p.number)}`, steps[p.verb]],
  repair_to_triage: p => [`Repair ${fenced(p.number)} is waiting`, 'A customer has submitted or answered it.'],
  quote_sent: p => [
    'A quote is waiting for you',
    `${moneyText('en', p.total.minor, p.total.currency)}, valid until ${dayText('en', p.validUntil)}.`,
  ],
  quote_answered: p => ['A quote was answered', p.accepted ? 'The customer accepted it.' : 'The customer declined it.'],
} satisfies Partial<Catalogue>
