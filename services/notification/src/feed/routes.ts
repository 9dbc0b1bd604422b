import { Id, IdParams, Instant } from '@sahary/contracts/fields'
import { Refusal } from '@sahary/contracts/refusal'
import { callerOf } from '@sahary/http/access'
import { dataOf } from '@sahary/http/answer'
import { localeOf } from '@sahary/http/locale'
import { cutPage, decodeCursor, pageFields } from '@sahary/http/page'
import type { Server } from '@sahary/http/server'
import { z } from 'zod'
import type { Deps } from '../app.ts'
import * as store from './store.ts'
import { retold } from './text.ts'

const Notification = z.object({
  id: Id,
  accountId: Id.nullable(),
  kind: z.string(),
  severity: z.enum(['info', 'success', 'warning', 'danger']),
  title: z.string(),
  body: z.string(),
  link: z.object({ type: z.string(), id: Id }).nullable().describe('What it is about, to be opened.'),
  at: Instant.describe('When it happened.'),
  readAt: Instant.nullable(),
})
const Feed = z.object({
  data: z.array(Notification),
  meta: z.object({ nextCursor: z.string().nullable(), unread: z.int().describe('Unread ones in the whole feed.') }),
})
const Query = z.strictObject({ ...pageFields, unread: z.enum(['true', 'false']).default('false') })
const ReadAll = z
  .strictObject({ upTo: Id.optional().describe('The newest one that was seen.') })
  .optional()
  .nullable()

/** Everybody reads their own feed, staff too: it belongs to the person, not to an account. */
export function feedRoutes(app: Server, { db, clock }: Deps): void {
  app.get('/api/customer/notifications', { schema: { querystring: Query, response: { 200: Feed } } }, async request => {
    const { userId } = callerOf(request)
    const { limit, cursor, unread } = request.query
    const page = { userId, unread: unread === 'true', most: limit + 1, beforeId: decodeCursor(cursor, Id) }
    const { rows, nextCursor } = cutPage(await store.feedOf(db, page), limit, each => each.id)
    return {
      data: rows.map(row => shown(row, request.headers['accept-language'])),
      meta: { nextCursor, unread: await store.countUnread(db, userId) },
    }
  })

  app.post(
    '/api/customer/notifications/:id/read',
    { schema: { params: IdParams, response: { 200: dataOf(Notification) } } },
    async request => {
      const read = await store.markRead(db, callerOf(request).userId, request.params.id, clock.now())
      if (!read) throw new Refusal('not_found')
      return { data: shown(read, request.headers['accept-language']) }
    },
  )

  app.post(
    '/api/customer/notifications/read-all',
    { schema: { body: ReadAll, response: { 200: dataOf(z.object({ read: z.int() })) } } },
    async request => {
      const upTo = request.body?.upTo
      return { data: { read: await store.markAllRead(db, callerOf(request).userId, upTo, clock.now()) } }
    },
  )
}

/** As its reader asks for it, else in their own language. */
function shown(notification: store.Notification, language: string | undefined): z.infer<typeof Notification> {
  const { at, readAt, userId: _own, params: _params, locale, ...rest } = notification
  const [title, body] = retold(notification, localeOf(language, locale))
  return { ...rest, title, body, at: at.toISOString(), readAt: readAt?.toISOString() ?? null }
}
