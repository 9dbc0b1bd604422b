import { Id, Instant } from '@sahary/contracts/fields'
import { cutPage, decodeCursor, pageFields, wholeNumber } from '@sahary/http/page'
import type { Server } from '@sahary/http/server'
import { z } from 'zod'
import type { Deps } from '../app.ts'
import { SharedSlot } from './sharing.ts'
import { listShared } from './store.ts'

const Query = z.strictObject({ ...pageFields, siteId: wholeNumber(1, Number.MAX_SAFE_INTEGER).pipe(Id) })
/** A date, because PostgreSQL does not read every text that is one. */
const Position = z.object({ from: Instant.transform(text => new Date(text)) })

/** Where a site's energy went. */
export function sharingRoutes(app: Server, { db }: Pick<Deps, 'db'>): void {
  app.get(
    '/api/admin/slots',
    {
      schema: {
        summary: 'Slots of a site, shared among its VMs and the platform, newest first',
        querystring: Query,
        response: {
          200: z.object({ data: z.array(SharedSlot), meta: z.object({ nextCursor: z.string().nullable() }) }),
        },
      },
    },
    async request => {
      const { siteId, limit, cursor } = request.query
      const rows = await listShared(db, siteId, decodeCursor(cursor, Position)?.from, limit + 1)
      const page = cutPage(rows, limit, row => ({ from: row.from }))
      return { data: page.rows, meta: { nextCursor: page.nextCursor } }
    },
  )
}
