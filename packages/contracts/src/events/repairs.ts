import { z } from 'zod'
import { Currency, Id, Instant, Minor } from '../fields.ts'
import { DeviceKind, RepairState } from '../repair.ts'

const Device = z.object({
  deviceId: Id,
  accountId: Id,
  kind: DeviceKind,
  brand: z.string(),
  model: z.string(),
  serial: z.string(),
})
const Repair = z.object({
  repairId: Id,
  accountId: Id,
  deviceId: Id.nullable(),
  number: z.string(),
  from: RepairState.nullable(),
  state: RepairState,
})
const Quote = z.object({
  quoteId: Id,
  repairId: Id,
  accountId: Id,
  version: z.int().positive(),
  currency: Currency,
  totalMinor: Minor,
})

/** One verb per step of a repair; `state` is where it stands after the step. */
export const repairVerbs = [
  'submitted',
  'accepted',
  'rejected',
  'info_requested',
  'info_provided',
  'scheduled',
  'received',
  'diagnosis_started',
  'approved',
  'parts_ordered',
  'parts_arrived',
  'work_started',
  'testing',
  'test_failed',
  'ready',
  'no_fault_found',
  'unrepairable',
  'delivered',
  'closed',
  'cancelled',
] as const
export type RepairVerb = (typeof repairVerbs)[number]

const repairEvents = Object.fromEntries(repairVerbs.map(verb => [`repair.${verb}`, Repair])) as Record<
  `repair.${RepairVerb}`,
  typeof Repair
>

/** Said by repairs. */
export const repairsEvents = {
  'device.registered': Device,
  'device.updated': Device,
  'device.retired': Device,
  ...repairEvents,
  'quote.sent': Quote.extend({ validUntil: Instant }),
  'quote.accepted': Quote,
  'quote.declined': Quote,
}
