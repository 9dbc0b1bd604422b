import { Id, Instant } from '@sahary/contracts/fields'
import { CustomerRepairState, RepairState } from '@sahary/contracts/repair'
import { z } from 'zod'
import { CommentText, sanitised, visibilities } from '../comment/comment.ts'
import { Device } from '../device/device.ts'
import { customerState, type Standing, targetsOf, warranties } from './repair.ts'
import type { Capacity } from './steps.ts'

/** What is wrong, in the customer's own choice of words. */
export const Category = z.enum([
  'no_power',
  'error_code',
  'low_output',
  'battery',
  'noise_or_heat',
  'damage',
  'connection',
  'maintenance',
  'other',
])
export type Category = z.infer<typeof Category>

const Description = CommentText.describe('What happens, since when, which error it shows.')
export const NewRepair = z.strictObject({
  deviceId: Id.nullable().default(null),
  category: Category,
  description: Description,
  submit: z.boolean().default(false).describe('Submit it at once; else it stays a draft.'),
})
export type NewRepair = z.infer<typeof NewRepair>

/** A change of a draft: what is absent stays. */
export const RepairChange = z.strictObject({
  deviceId: Id.nullable().optional(),
  category: Category.optional(),
  description: Description.optional(),
  version: z.int().positive(),
})
export type RepairChange = z.infer<typeof RepairChange>

const Reason = z.string().min(1).max(2000).nullable().default(null)
export const Transition = z.strictObject({ to: RepairState, reason: Reason, version: z.int().positive() })
/** Staff may say in the same breath who takes care of it and whether it is under warranty. */
export const StaffTransition = Transition.extend({
  assigneeId: Id.optional(),
  warranty: z.enum(warranties).optional(),
})

/** A repair as the table has it. */
export type Repair = Standing & {
  id: number
  number: string
  accountId: number
  deviceId: number | null
  category: Category
  version: number
  openedAt: Date
  submittedAt: Date | null
  stateSince: Date
  finishedAt: Date | null
}
/** One line of a timeline as the table has it. */
export type Entry = {
  id: number
  at: Date
  kind: 'step' | 'comment'
  visibility: 'public' | 'internal'
  actorSide: 'customer' | 'staff' | 'system'
  actorName: string | null
  verb: string | null
  from: RepairState | null
  to: RepairState | null
  text: string | null
}

const RepairView = z.object({
  id: Id,
  number: z.string(),
  deviceId: Id.nullable(),
  category: Category,
  description: z.string(),
  state: RepairState,
  customerState: CustomerRepairState,
  warranty: z.enum(warranties),
  version: z.int(),
  openedAt: Instant,
  submittedAt: Instant.nullable(),
  stateSince: Instant,
  finishedAt: Instant.nullable(),
  targets: z.array(RepairState).describe('Where the caller may move it now.'),
})
export const EntryView = z.object({
  id: Id,
  at: Instant,
  kind: z.enum(['step', 'comment']),
  visibility: z.enum(visibilities),
  actor: z.object({ side: z.enum(['customer', 'staff', 'system']), name: z.string().nullable() }),
  verb: z.string().nullable(),
  from: RepairState.nullable(),
  to: RepairState.nullable(),
  text: z.string().nullable().describe('Exactly as it was written.'),
  comment: z.string().nullable().describe('The same as HTML that is safe anywhere.'),
})
export const CustomerRepair = RepairView
export const CustomerDetail = RepairView.extend({ device: Device.nullable(), timeline: z.array(EntryView) })
export const StaffRepair = RepairView.extend({ accountId: Id, assigneeId: Id.nullable() })
export const StaffDetail = StaffRepair.extend({ device: Device.nullable(), timeline: z.array(EntryView) })

/** A repair as its customer sees it: nothing of it is internal. */
export const customerView = (repair: Repair): z.infer<typeof CustomerRepair> => viewFor(repair, ['customer'])

/** A repair as staff in these capacities see it. */
export const staffView = (repair: Repair, as: readonly Capacity[]): z.infer<typeof StaffRepair> => ({
  ...viewFor(repair, as),
  accountId: repair.accountId,
  assigneeId: repair.assigneeId,
})

const viewFor = (repair: Repair, as: readonly Capacity[]): z.infer<typeof RepairView> => ({
  id: repair.id,
  number: repair.number,
  deviceId: repair.deviceId,
  category: repair.category,
  description: repair.description,
  state: repair.state,
  customerState: customerState[repair.state],
  warranty: repair.warranty,
  version: repair.version,
  openedAt: repair.openedAt.toISOString(),
  submittedAt: repair.submittedAt?.toISOString() ?? null,
  stateSince: repair.stateSince.toISOString(),
  finishedAt: repair.finishedAt?.toISOString() ?? null,
  targets: targetsOf(repair, as),
})

/** One line of a timeline; a customer knows staff by their first name. */
export const entryView = (entry: Entry, reader: 'customer' | 'staff'): z.infer<typeof EntryView> => ({
  id: entry.id,
  at: entry.at.toISOString(),
  kind: entry.kind,
  visibility: entry.visibility,
  actor: {
    side: entry.actorSide,
    name: reader === 'customer' && entry.actorSide === 'staff' ? firstName(entry.actorName) : entry.actorName,
  },
  verb: entry.verb,
  from: entry.from,
  to: entry.to,
  text: entry.text,
  comment: entry.text === null ? null : sanitised(entry.text),
})

const firstName = (name: string | null): string | null => name?.split(/\s+/)[0] ?? null
