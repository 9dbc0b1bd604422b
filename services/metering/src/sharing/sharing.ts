import { Decimal, EnergyBySource, Id, Instant } from '@sahary/contracts/fields'
import { z } from 'zod'

/** A slot of a site as it was shared: what the site used is what its VMs and the platform itself used, source by source. */
export const SharedSlot = z.object({
  siteId: Id,
  from: Instant,
  to: Instant,
  quality: z.enum(['measured', 'partial']),
  loadWh: Decimal,
  vms: z.int().min(0).describe('How many VMs have a share.'),
  vmsWh: EnergyBySource,
  platformWh: EnergyBySource.describe('What was left: machines, switches, the services themselves.'),
})
export type SharedSlot = z.infer<typeof SharedSlot>
