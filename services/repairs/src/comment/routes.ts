import { IdParams } from '@sahary/contracts/fields'
import { callerOf, memberOf } from '@sahary/http/access'
import { dataOf } from '@sahary/http/answer'
import { IdempotencyHeaders, idempotent } from '@sahary/http/idempotency'
import type { Server } from '@sahary/http/server'
import { z } from 'zod'
import type { Deps } from '../app.ts'
import { customerActing, staffActing } from '../repair/actions.ts'
import { EntryView, entryView } from '../repair/view.ts'
import { comment } from './actions.ts'
import { CommentText, visibilities } from './comment.ts'

const ForAll = z.strictObject({ comment: CommentText })
const ForSome = z.strictObject({
  comment: CommentText,
  visibility: z.enum(visibilities).describe('An internal comment is never shown to a customer. Choose on purpose.'),
})

/** Comments: a customer's are public, staff say whom theirs are for. */
export function commentRoutes(app: Server, { db, clock }: Deps): void {
  const response = { 201: dataOf(EntryView) }

  app.post(
    '/api/customer/repairs/:id/comments',
    { schema: { headers: IdempotencyHeaders, params: IdParams, body: ForAll, response } },
    async (request, reply) => {
      const answer = await idempotent(db, request, async tx => {
        const said = { text: request.body.comment, visibility: 'public' } as const
        const acting = customerActing(memberOf(request), request.id, clock.now())
        const entry = await comment(tx, acting, request.params.id, said)
        return { status: 201, body: { data: entryView(entry, 'customer') } } as const
      })
      return reply.code(answer.status).send(answer.body)
    },
  )

  app.post(
    '/api/admin/repairs/:id/comments',
    { schema: { headers: IdempotencyHeaders, params: IdParams, body: ForSome, response } },
    async (request, reply) => {
      const answer = await idempotent(db, request, async tx => {
        const said = { text: request.body.comment, visibility: request.body.visibility }
        const acting = staffActing(callerOf(request), request.id, clock.now())
        const entry = await comment(tx, acting, request.params.id, said)
        return { status: 201, body: { data: entryView(entry, 'staff') } } as const
      })
      return reply.code(answer.status).send(answer.body)
    },
  )
}
