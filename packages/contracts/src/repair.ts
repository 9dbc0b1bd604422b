import { z } from 'zod'

export const repairStates = [
  'draft',
  'submitted',
  'needs_info',
  'accepted',
  'scheduled',
  'received',
  'diagnosing',
  'quoted',
  'approved',
  'waiting_parts',
  'waiting_vendor',
  'in_repair',
  'testing',
  'ready',
  'delivered',
  'closed',
  'unrepairable',
  'rejected',
  'cancelled',
] as const
export const RepairState = z.enum(repairStates)
export type RepairState = z.infer<typeof RepairState>

/** What a state looks like to the customer. */
export const customerRepairStates = [
  'draft',
  'submitted',
  'waiting_for_you',
  'in_progress',
  'scheduled',
  'waiting_parts',
  'ready',
  'done',
  'closed',
  'cannot_be_repaired',
  'declined_by_us',
  'cancelled',
] as const
export const CustomerRepairState = z.enum(customerRepairStates)
export type CustomerRepairState = z.infer<typeof CustomerRepairState>

export const DeviceKind = z.enum(['inverter', 'battery', 'panel', 'charge_controller', 'meter', 'server', 'other'])
export type DeviceKind = z.infer<typeof DeviceKind>
