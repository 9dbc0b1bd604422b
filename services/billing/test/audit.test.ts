import { randomUUID } from 'node:crypto'
import { billingAccess } from '@sahary/contracts/access/billing'
import { type Audited, changesIn, leftBy } from '@sahary/testing/audited'
import { bearer } from '@sahary/testing/principal'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeMonths, markLate } from '../src/invoice/jobs.ts'
import { settlePayments } from '../src/payment/jobs.ts'
import { type Bench, billingBench, secret, threeHoursMs } from './bench.ts'
import { account, usage } from './month.ts'

let bench: Bench
/** Accounts with an open invoice each, so that no test is in another's way. */
const invoices: Record<number, number> = {}
beforeAll(async () => {
  bench = await billingBench()
  // The network's own words would come between; these tests speak for it.
  bench.network.hush()
  const accounts = [7, 8, 9, 10, 11]
  for (const accountId of accounts) {
    await bench.hear('account.created', account(accountId))
    const vm = { accountId, vmId: accountId, vcpuSeconds: '3600000' }
    await bench.hear('usage.recorded', usage(accountId, '2026-11-10T10:00:00.000Z', vm))
  }
  bench.clock.set('2026-12-01T04:00:00Z')
  await closeMonths(bench.deps, threeHoursMs)
  for (const accountId of accounts)
    invoices[accountId] = Number((await bench.get('/api/customer/invoices', accountId)).json().data[0].id)
})
afterAll(() => bench.close())

type Payment = { id: number; ref: string; amountMinor: number; page: string }
const begun = async (accountId: number): Promise<Payment> =>
  asShown(accountId, (await bench.pay(invoices[accountId]!, randomUUID(), accountId)).json().data.id)
const another = async (accountId: number): Promise<Payment> =>
  asShown(accountId, await bench.beginAnother(invoices[accountId]!))
const asShown = async (accountId: number, id: number): Promise<Payment> => {
  const { amountMinor, nextStep } = (await bench.get(`/api/customer/payments/${id}`, accountId)).json().data
  const { rows } = await bench.pool.query('select provider_ref from payment where id = $1', [id])
  return { id, ref: rows[0].provider_ref, amountMinor, page: nextStep.url }
}
/** Has the network say something of a payment, signed. */
const tell = (type: string, payment: Payment, headers: object = {}) => {
  const at = new Date()
  const webhookId = `msg_${randomUUID()}`
  const failureCode = type === 'payment.failed' ? 'card_declined' : null
  const said = { intentId: payment.ref, reference: `payment-${payment.id}`, amountMinor: payment.amountMinor }
  const body = JSON.stringify({ type, timestamp: at.toISOString(), data: { ...said, currency: 'EGP', failureCode } })
  return bench.app.inject({
    method: 'POST',
    url: '/webhooks/payments/sandbox',
    headers: {
      'content-type': 'application/json',
      'webhook-id': webhookId,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(webhookId, at, body),
      ...headers,
    },
    payload: body,
  })
}
/** Everything that was done to one thing, in order. */
const done = async (objectType: 'invoice' | 'payment', id: number): Promise<string[]> => {
  const text = 'select actor_kind, action from audit where object_type = $1 and object_id = $2 order by id'
  return (await bench.pool.query(text, [objectType, String(id)])).rows.map(row => `${row.actor_kind} ${row.action}`)
}

const routes: Record<string, Audited> = {
  'POST /api/customer/invoices/:id/payments': {
    leaves: ['user payment.begin'],
    ask: async headers =>
      bench.app.inject({
        method: 'POST',
        url: `/api/customer/invoices/${invoices[7]}/payments`,
        headers: { ...(await bearer({ accountId: 7 })), ...headers },
        payload: { method: { type: 'checkout' } },
      }),
  },
  'POST /webhooks/payments/sandbox': {
    leaves: ['system invoice.pay', 'system payment.apply'],
    ask: async headers => tell('payment.succeeded', await begun(8), headers),
  },
}

describe('the audit', () => {
  it('is asked about every route that changes something', () => {
    expect(Object.keys(routes).sort()).toEqual(changesIn(billingAccess).sort())
  })

  it.each(Object.entries(routes))('tells who asked %s, and in which request', async (_route, { leaves, ask }) => {
    expect(await leftBy(bench.pool, ask)).toEqual(leaves)
  })

  it('tells of a card that was refused, and of another amount than was asked for', async () => {
    const tried = await begun(9)
    await tell('payment.failed', tried)
    await tell('payment.succeeded', { ...tried, amountMinor: tried.amountMinor - 1 })
    const steps = ['user payment.begin', 'system payment.fail', 'system payment.review']
    expect(await done('payment', tried.id)).toEqual(steps)
  })

  it('tells of money that came twice until it is back, and of a checkout that was closed', async () => {
    const [first, second, third] = [await begun(10), await another(10), await another(10)]
    for (const { page } of [first, second]) await bench.network.useCard(page)
    await tell('payment.succeeded', first)
    await tell('payment.succeeded', second)
    await settlePayments(bench.deps, 0)
    await settlePayments(bench.deps, 0)
    expect(await done('payment', second.id)).toEqual(['system payment.give_back', 'system payment.refund'])
    expect(await done('payment', third.id)).toEqual(['system payment.cancel'])
  })

  it('tells of an invoice that it was issued, and that it was not paid in time', async () => {
    bench.clock.set('2026-12-20T04:00:00Z')
    await markLate(bench.deps)
    expect(await done('invoice', invoices[11]!)).toEqual(['system invoice.finalize', 'system invoice.overdue'])
  })
})
