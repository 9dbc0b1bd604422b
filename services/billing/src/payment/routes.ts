import { Currency, Id, IdParams, Instant, Minor } from '@sahary/contracts/fields'
import { Refusal } from '@sahary/contracts/refusal'
import { transaction } from '@sahary/db/transaction'
import { memberOf } from '@sahary/http/access'
import { dataOf } from '@sahary/http/answer'
import { IdempotencyHeaders, idempotent } from '@sahary/http/idempotency'
import type { Server } from '@sahary/http/server'
import { z } from 'zod'
import type { Deps } from '../app.ts'
import { beginPayment, openCheckout, takeWebhook } from './actions.ts'
import { isOpen, type Payment, paymentStates } from './payment.ts'
import { findPayment } from './store.ts'

const Method = z.strictObject({
  type: z.literal('checkout').describe('Pay on the page of the payment provider.'),
  returnPath: z
    .string()
    .regex(/^\/customer(\/[\w-]+)*$/)
    .max(200)
    .optional()
    .describe('Where the payer comes back to, on the portal.'),
})
const View = z.object({
  id: Id,
  invoiceId: Id,
  status: z.enum(paymentStates),
  amountMinor: Minor,
  currency: Currency,
  failureCode: z.string().nullable(),
  nextStep: z.object({ type: z.literal('redirect'), url: z.url() }).nullable(),
  createdAt: Instant,
  settledAt: Instant.nullable(),
})

const viewOf = (payment: Payment): z.infer<typeof View> => ({
  id: payment.id,
  invoiceId: payment.invoiceId,
  status: payment.status,
  amountMinor: Number(payment.amountMinor),
  currency: payment.currency,
  failureCode: payment.failureCode,
  nextStep: payment.checkoutUrl && isOpen(payment) ? { type: 'redirect', url: payment.checkoutUrl } : null,
  createdAt: payment.createdAt.toISOString(),
  settledAt: payment.settledAt?.toISOString() ?? null,
})

/** Paying: begun by the customer, settled by what the provider tells. */
export function paymentRoutes(app: Server, deps: Deps): void {
  beginRoute(app, deps)
  lookRoute(app, deps)
  webhookRoute(app, deps)
}

function beginRoute(app: Server, { db, clock, provider, publicUrl }: Deps): void {
  const schema = {
    summary: 'Begin to pay an invoice; the answer says where to go on',
    params: IdParams,
    headers: IdempotencyHeaders,
    body: z.strictObject({ method: Method }),
    response: { 201: dataOf(View) },
  }
  app.post('/api/customer/invoices/:id/payments', { schema }, async (request, reply) => {
    const { accountId, userId } = memberOf(request)
    const invoiceId = request.params.id
    const returnPath = request.body.method.returnPath ?? `/customer/invoices/${invoiceId}`
    // The key belongs to the payment; the provider is asked outside the transaction, and may be asked again.
    const { status, body } = await idempotent(db, request, async tx => {
      const wish = { accountId, userId, invoiceId, provider: provider.name, returnPath, requestId: request.id }
      return { status: 201 as const, body: { paymentId: (await beginPayment(tx, wish, clock.now())).id } }
    })
    const payment = await openCheckout(db, provider, { accountId, paymentId: body.paymentId, publicUrl })
    return reply.code(status).send({ data: viewOf(payment) })
  })
}

function lookRoute(app: Server, { db }: Pick<Deps, 'db'>): void {
  const schema = { summary: 'How a payment stands', params: IdParams, response: { 200: dataOf(View) } }
  app.get('/api/customer/payments/:id', { schema }, async request => {
    const payment = await findPayment(db, memberOf(request).accountId, request.params.id)
    if (!payment) throw new Refusal('not_found')
    return { data: viewOf(payment) }
  })
}

function webhookRoute(app: Server, { db, clock, provider }: Pick<Deps, 'db' | 'clock' | 'provider'>): void {
  const schema = {
    summary: 'What the card network tells',
    body: z.looseObject({}),
    response: { 200: dataOf(z.object({ taken: z.boolean() })) },
  }
  app.post('/webhooks/payments/sandbox', { config: { rawBody: true }, schema }, async request => {
    const rawBody = request.rawBody ?? ''
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    const believed = provider.believe(headers, rawBody)
    if (!believed) throw new Refusal('webhook_not_believed')
    const occasion = { at: clock.now(), requestId: request.id }
    await transaction(db, tx => takeWebhook(tx, provider.name, { ...believed, rawBody }, occasion))
    return { data: { taken: true } }
  })
}
