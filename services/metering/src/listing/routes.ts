import { Id, Instant } from '@sahary/contracts/fields'
import { invalidField } from '@sahary/contracts/refusal'
import { memberOf } from '@sahary/http/access'
import { cutPage, decodeCursor, pageFields, wholeNumber } from '@sahary/http/page'
import type { Server } from '@sahary/http/server'
import { z } from 'zod'
import type { Deps } from '../app.ts'
import { usageSoFar } from './actions.ts'
import { UsageListing } from './listing.ts'
import { listUsage, totalUsage } from './store.ts'

const Query = z.strictObject({
  ...pageFields,
  from: Instant.optional(),
  to: Instant.optional(),
  vmId: wholeNumber(1, Number.MAX_SAFE_INTEGER).optional(),
})
/** A date, because PostgreSQL does not read every text that is one. */
const Position = z.object({ from: Instant.transform(text => new Date(text)), id: Id })
const thirtyDaysMs = 30 * 24 * 3_600_000

/** What the signed-in customer's VMs have used. */
export function listingRoutes(app: Server, { db, clock }: Pick<Deps, 'db' | 'clock'>): void {
  app.get(
    '/api/customer/usage',
    {
      schema: {
        summary: 'Usage of my VMs, the last thirty days unless told',
        querystring: Query,
        response: { 200: UsageListing },
      },
    },
    async request => {
      const { accountId } = memberOf(request)
      const { vmId, limit, cursor } = request.query
      const now = clock.now()
      const to = request.query.to ? new Date(request.query.to) : now
      const from = request.query.from ? new Date(request.query.from) : new Date(to.getTime() - thirtyDaysMs)
      if (from > to) throw invalidField('from', 'usage_span_reversed')
      const asked = { accountId, vmId, from, to }
      const rows = await listUsage(db, asked, decodeCursor(cursor, Position), limit + 1)
      const page = cutPage(rows, limit, row => ({ from: row.from, id: row.id }))
      const soFar = await usageSoFar(db, asked, now)
      return {
        data: { records: page.rows, totals: await totalUsage(db, asked), soFar },
        meta: { nextCursor: page.nextCursor },
      }
    },
  )
}
