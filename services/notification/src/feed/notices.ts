import type { SaharyEvent } from '@sahary/contracts/events'
import { billingNotices } from './from-billing.ts'
import { computeNotices } from './from-compute.ts'
import { identityNotices } from './from-identity.ts'
import { repairsNotices } from './from-repairs.ts'
import { solarNotices } from './from-solar.ts'
import type { Notice } from './notice.ts'

const table = { ...identityNotices, ...computeNotices, ...billingNotices, ...repairsNotices, ...solarNotices }

/** The events that tell people something by themselves, without anything else being known. */
export const tellingTypes = Object.keys(table) as (keyof typeof table)[]

/** What one event tells, by itself: to nobody, to one audience, or to several. */
export function noticesOf(event: SaharyEvent): Notice[] {
  if (!Object.hasOwn(table, event.type)) return []
  const write = table[event.type as keyof typeof table] as (data: unknown) => Notice | Notice[] | null
  const written = write(event.data)
  if (written === null) return []
  return Array.isArray(written) ? written : [written]
}
