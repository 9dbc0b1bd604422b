import { Id, IdParams, Locale } from '@sahary/contracts/fields'
import { Refusal } from '@sahary/contracts/refusal'
import { memberOf } from '@sahary/http/access'
import { dataOf, pageOf } from '@sahary/http/answer'
import { cutPage, decodeCursor, pageFields } from '@sahary/http/page'
import type { Server } from '@sahary/http/server'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Deps } from '../app.ts'
import { invoicePdf } from '../document/actions.ts'
import { energySum, noEnergy } from '../rating/rating.ts'
import { drafts } from './actions.ts'
import type { Finalized } from './invoice.ts'
import { findInvoice, linesOf, listInvoices } from './store.ts'
import { Draft, draftView, InvoiceDetail, InvoiceSummary, linesView, summaryOf } from './view.ts'

/** What the signed-in customer has been and will be billed. */
export function invoiceRoutes(app: Server, deps: Deps): void {
  listRoute(app, deps)
  currentRoute(app, deps)
  detailRoute(app, deps)
  pdfRoute(app, deps)
}

/** An invoice of the caller's account; anybody else's is not there. */
async function ownInvoice(db: Deps['db'], request: FastifyRequest, id: number): Promise<Finalized> {
  const invoice = await findInvoice(db, memberOf(request).accountId, id)
  if (!invoice) throw new Refusal('not_found')
  return invoice
}

function listRoute(app: Server, { db }: Deps): void {
  const schema = {
    summary: 'My invoices, newest first',
    querystring: z.strictObject(pageFields),
    response: { 200: pageOf(InvoiceSummary) },
  }
  app.get('/api/customer/invoices', { schema }, async request => {
    const { limit, cursor } = request.query
    const before = decodeCursor(cursor, Id)
    const page = cutPage(await listInvoices(db, memberOf(request).accountId, before, limit + 1), limit, each => each.id)
    return { data: page.rows.map(summaryOf), meta: { nextCursor: page.nextCursor } }
  })
}

const Current = z.object({ data: Draft, meta: z.object({ closing: z.array(Draft) }) })

function currentRoute(app: Server, { db, clock }: Deps): void {
  const summary = 'What this month comes to so far, and months that are over but not yet billed'
  app.get('/api/customer/invoices/current', { schema: { summary, response: { 200: Current } } }, async request => {
    const { accountId, locale } = memberOf(request)
    const now = clock.now()
    const all = (await drafts(db, accountId, now)).map(draft => draftView(draft, locale))
    const current = all.findIndex(draft => new Date(draft.period.to) > now)
    return { data: all[current]!, meta: { closing: all.slice(0, current) } }
  })
}

function detailRoute(app: Server, { db }: Deps): void {
  const schema = { summary: 'An invoice with its lines', params: IdParams, response: { 200: dataOf(InvoiceDetail) } }
  app.get('/api/customer/invoices/:id', { schema }, async request => {
    const invoice = await ownInvoice(db, request, request.params.id)
    const lines = await linesOf(db, invoice.id)
    const energyWh = energySum([noEnergy, ...lines.map(line => line.energy)])
    return { data: { ...summaryOf(invoice), energyWh, lines: linesView(lines, memberOf(request).locale) } }
  })
}

function pdfRoute(app: Server, deps: Deps): void {
  const schema = {
    summary: 'An invoice as a PDF, in Arabic or English',
    params: IdParams,
    querystring: z.strictObject({ lang: Locale.optional() }),
    response: { 200: { description: 'The document.', content: { 'application/pdf': { schema: z.any() } } } },
  }
  app.get('/api/customer/invoices/:id/pdf', { schema }, async (request, reply) => {
    const invoice = await ownInvoice(deps.db, request, request.params.id)
    const pdf = await invoicePdf(deps, invoice, request.query.lang ?? memberOf(request).locale)
    const name = `inline; filename="${invoice.number}.pdf"`
    return reply.type('application/pdf').header('content-disposition', name).send(pdf)
  })
}
