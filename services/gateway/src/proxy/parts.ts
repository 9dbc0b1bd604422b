import type { AccessRow } from '@sahary/contracts/access'
import { billingAccess } from '@sahary/contracts/access/billing'
import { computeAccess } from '@sahary/contracts/access/compute'
import { identityAccess } from '@sahary/contracts/access/identity'
import { meteringAccess } from '@sahary/contracts/access/metering'
import { notificationAccess } from '@sahary/contracts/access/notification'
import { repairsAccess } from '@sahary/contracts/access/repairs'
import { solarAccess } from '@sahary/contracts/access/solar'

/** The services that stand behind the gateway. */
export const partNames = ['identity', 'compute', 'metering', 'billing', 'solar', 'repairs', 'notification'] as const
export type PartName = (typeof partNames)[number]

/** A service behind the gateway: where it answers, and where its private port is. */
export type Part = { name: PartName; url: string; opsUrl: string | null }

/** What each answers for the world: exactly the routes of its access rows. */
export const partAccess: Record<PartName, readonly AccessRow[]> = {
  identity: identityAccess,
  compute: computeAccess,
  metering: meteringAccess,
  billing: billingAccess,
  solar: solarAccess,
  repairs: repairsAccess,
  notification: notificationAccess,
}
