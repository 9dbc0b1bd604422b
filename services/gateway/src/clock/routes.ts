import { Instant } from '@sahary/contracts/fields'
import { transaction } from '@sahary/db/transaction'
import { callerOf } from '@sahary/http/access'
import { dataOf } from '@sahary/http/answer'
import type { Server } from '@sahary/http/server'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { Database } from '../app.ts'
import { changeClock } from './actions.ts'
import type { Keeper } from './jobs.ts'

const Shown = z.object({ businessAt: Instant, rate: z.number().describe('Business seconds per real second.') })
const Change = z
  .strictObject({
    businessAt: Instant.optional().describe('Only forward, at most 366 days at a time.'),
    rate: z.number().positive().max(2000).optional(),
  })
  .refine(change => change.businessAt !== undefined || change.rate !== undefined, {
    path: ['businessAt'],
    params: { code: 'field_required' },
  })

/** The business clock of a simulated platform; where time is real there is no such route. */
export function clockRoutes(app: Server, { db, keeper }: { db: Kysely<Database>; keeper: Keeper }): void {
  const shown = () => ({ data: { businessAt: keeper.clock.now().toISOString(), rate: keeper.clock.rate() } })
  app.get('/api/admin/clock', { schema: { response: { 200: dataOf(Shown) } } }, async () => shown())

  app.put('/api/admin/clock', { schema: { body: Change, response: { 200: dataOf(Shown) } } }, async request => {
    const { businessAt, rate } = request.body
    const change = { businessAt: businessAt === undefined ? undefined : new Date(businessAt), rate }
    const by = { actor: callerOf(request), requestId: request.id, real: new Date() }
    keeper.adopt(await transaction(db, tx => changeClock(tx, change, by)))
    return shown()
  })
}
