import { Id, IdParams } from '@sahary/contracts/fields'
import { PowerLevel } from '@sahary/contracts/ladder'
import { invalidField } from '@sahary/contracts/refusal'
import { callerOf } from '@sahary/http/access'
import { dataOf } from '@sahary/http/answer'
import { IdempotencyHeaders, idempotent } from '@sahary/http/idempotency'
import type { Server } from '@sahary/http/server'
import { z } from 'zod'
import type { Deps } from '../app.ts'
import { orderLevel } from './actions.ts'

/** A level to hold for so many minutes of business time; null goes back to what is measured. */
const LevelOrder = z.strictObject({
  level: PowerLevel.nullable(),
  minutes: z.int().min(1).max(1440).optional(),
  reason: z.string().min(1).max(500),
})

const LevelAnswer = z.object({
  siteId: Id,
  level: PowerLevel,
  since: z.iso.datetime(),
  order: z.object({ level: PowerLevel, until: z.iso.datetime() }).nullable(),
})

/** `POST /api/admin/sites/:id/level`: the ladder by hand, still one level at a time. */
export function powerRoutes(app: Server, { db, clock }: Deps): void {
  app.post(
    '/api/admin/sites/:id/level',
    {
      schema: {
        summary: "Take a site's ladder into one's own hand, or let go of it",
        params: IdParams,
        headers: IdempotencyHeaders,
        body: LevelOrder,
        response: { 202: dataOf(LevelAnswer) },
      },
    },
    async (request, reply) => {
      const { level, minutes, reason } = request.body
      if (level !== null && minutes === undefined) throw invalidField('minutes', 'until_required')
      const siteId = request.params.id
      const answer = await idempotent(db, request, async tx => {
        const doing = { actor: callerOf(request), requestId: request.id, at: clock.now(), reason }
        const state = await orderLevel(tx, siteId, level && minutes ? { level, minutes } : null, doing)
        const order = state.override && { level: state.override.level, until: state.override.until.toISOString() }
        return {
          status: 202 as const,
          body: { data: { siteId, level: state.level, since: state.since.toISOString(), order } },
        }
      })
      return reply.code(answer.status).send(answer.body)
    },
  )
}
