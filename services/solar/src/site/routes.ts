import { IdParams } from '@sahary/contracts/fields'
import { Refusal } from '@sahary/contracts/refusal'
import { transaction } from '@sahary/db/transaction'
import { callerOf } from '@sahary/http/access'
import { dataOf, pageOf } from '@sahary/http/answer'
import { IdempotencyHeaders, idempotent } from '@sahary/http/idempotency'
import { cutPage, decodeCursor, pageFields } from '@sahary/http/page'
import type { Server } from '@sahary/http/server'
import { z } from 'zod'
import type { Deps } from '../app.ts'
import { changeSite, createSite, siteOf } from './actions.ts'
import { SiteAnswer, siteAnswer } from './answer.ts'
import { NewSite, SitePatch } from './site.ts'
import { pageOfSites } from './store.ts'

/** Sites for staff: list, add, look at, describe anew. */
export function siteRoutes(app: Server, deps: Deps): void {
  lookRoutes(app, deps)
  writeRoutes(app, deps)
}

function lookRoutes(app: Server, { db }: Deps): void {
  app.get(
    '/api/admin/sites',
    {
      schema: {
        summary: 'Every site',
        querystring: z.strictObject(pageFields),
        response: { 200: pageOf(SiteAnswer) },
      },
    },
    async request => {
      const { limit, cursor } = request.query
      const after = decodeCursor(cursor, z.int().nonnegative()) ?? 0
      const page = cutPage(await pageOfSites(db, after, limit + 1), limit, site => site.siteId)
      return { data: page.rows.map(siteAnswer), meta: { nextCursor: page.nextCursor } }
    },
  )

  app.get(
    '/api/admin/sites/:id',
    { schema: { summary: 'One site', params: IdParams, response: { 200: dataOf(SiteAnswer) } } },
    async request => ({ data: siteAnswer(await transaction(db, tx => siteOf(tx, request.params.id))) }),
  )
}

function writeRoutes(app: Server, { db, clock }: Deps): void {
  app.post(
    '/api/admin/sites',
    {
      schema: {
        summary: 'Add a site',
        headers: IdempotencyHeaders,
        body: NewSite,
        response: { 201: dataOf(SiteAnswer) },
      },
    },
    async (request, reply) => {
      const answer = await idempotent(db, request, async tx => {
        const doing = { actor: callerOf(request), requestId: request.id, at: clock.now() }
        const site = await createSite(tx, request.body, doing)
        return { status: 201 as const, body: { data: siteAnswer(site) } }
      })
      return reply.code(answer.status).send(answer.body)
    },
  )

  app.patch(
    '/api/admin/sites/:id',
    {
      schema: {
        summary: 'Describe a site anew',
        params: IdParams,
        body: SitePatch,
        response: { 200: dataOf(SiteAnswer) },
      },
    },
    async request => {
      const doing = { actor: callerOf(request), requestId: request.id, at: clock.now() }
      return { data: siteAnswer(await changed(request.params.id, request.body, doing)) }
    },
  )

  const changed = (siteId: number, patch: SitePatch, doing: Parameters<typeof changeSite>[3]) =>
    transaction(db, tx => changeSite(tx, siteId, patch, doing)).catch(error => {
      if (!(error instanceof Refusal) || error.code !== 'version_conflict') throw error
      throw new Refusal('version_conflict', { current: siteAnswer(error.current as Parameters<typeof siteAnswer>[0]) })
    })
}
