import { Id, Instant } from '@sahary/contracts/fields'
import { z } from 'zod'
import { type Site, SiteFields } from './site.ts'

/** A site as staff see it. */
export const SiteAnswer = z.object({ siteId: Id, ...SiteFields.shape, version: z.int(), createdAt: Instant })
export type SiteAnswer = z.infer<typeof SiteAnswer>

/** A site as JSON. */
export const siteAnswer = (site: Site): SiteAnswer => ({ ...site, createdAt: site.createdAt.toISOString() })
