import { transaction } from '@sahary/db/transaction'
import { eventually } from '@sahary/testing/eventually'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closeMonths } from '../src/invoice/jobs.ts'
import { settlePayments } from '../src/payment/jobs.ts'
import { takeUnsettled } from '../src/payment/store.ts'
import { type Bench, billingBench, secret, threeHoursMs } from './bench.ts'
import { account, usage } from './month.ts'

let bench: Bench
let invoiceId: number
beforeEach(async () => {
  bench = await billingBench()
  await bench.hear('account.created', account())
  await bench.hear('usage.recorded', usage(1, '2026-11-10T10:00:00.000Z', { vcpuSeconds: '3600000' }))
  bench.clock.set('2026-12-01T04:00:00Z')
  await closeMonths(bench.deps, threeHoursMs)
  invoiceId = Number((await bench.get('/api/customer/invoices')).json().data[0].id)
})
afterEach(() => bench.close())

const begin = async (key: string) => (await bench.pay(invoiceId, key)).json().data
const payment = async (id: number) => (await bench.get(`/api/customer/payments/${id}`)).json().data
const invoice = async () => (await bench.get(`/api/customer/invoices/${invoiceId}`)).json().data
/** Delivers a webhook by hand, signed or not. */
const deliver = (body: string, { id = 'msg_1', at = new Date(), key = secret } = {}) =>
  bench.app.inject({
    method: 'POST',
    url: '/webhooks/payments/sandbox',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(key).sign(id, at, body),
    },
    payload: body,
  })
const succeeded = (intentId: string, amountMinor: number) =>
  JSON.stringify({
    type: 'payment.succeeded',
    timestamp: new Date().toISOString(),
    data: { intentId, reference: 'payment-1', amountMinor, currency: 'EGP', failureCode: null },
  })
const refOf = async (id: number): Promise<string> =>
  (await bench.pool.query('select provider_ref from payment where id = $1', [id])).rows[0].provider_ref

describe('paying', () => {
  it('goes by the network’s page and its signed word, and turns the invoice paid', async () => {
    const begun = await begin('one')
    expect(begun).toMatchObject({
      invoiceId,
      status: 'pending',
      amountMinor: (await invoice()).totalMinor,
      currency: 'EGP',
    })
    expect(begun.nextStep.type).toBe('redirect')
    const back = await bench.network.useCard(begun.nextStep.url)
    expect(back.headers.get('location')).toBe(`http://portal.test/customer/invoices/${invoiceId}`)
    await eventually(async () => expect((await invoice()).status).toBe('paid'))
    expect(await payment(begun.id)).toMatchObject({ status: 'succeeded', nextStep: null })
    expect((await bench.said('invoice.paid')).map(each => each.data.paymentId)).toEqual([begun.id])
    expect((await bench.balances()).receivable).toBe(0n)
    expect((await bench.pay(invoiceId, 'two')).json().code).toBe('invoice_already_paid')
  })

  it('is begun once per key, and a key is not used for another body', async () => {
    const first = await begin('one')
    expect((await begin('one')).id).toBe(first.id)
    expect((await bench.said('payment.succeeded')).length).toBe(0)
    const { rows } = await bench.pool.query('select count(*)::int as count from payment')
    expect(rows[0].count).toBe(1)
  })

  it('that is refused says why, and the same page takes another card', async () => {
    const begun = await begin('one')
    await bench.network.useCard(begun.nextStep.url, '4000 0000 0000 9995')
    await eventually(async () =>
      expect(await payment(begun.id)).toMatchObject({ status: 'failed', failureCode: 'insufficient_funds' }),
    )
    expect((await bench.said('payment.failed')).map(each => each.data.failureCode)).toEqual(['insufficient_funds'])
    expect((await invoice()).status).toBe('due')
    await bench.network.useCard((await payment(begun.id)).nextStep.url)
    await eventually(async () => expect((await invoice()).status).toBe('paid'))
  })

  it('is counted once when its notice comes twice', async () => {
    const begun = await begin('one')
    await bench.network.useCard(begun.nextStep.url, '4000 0000 0000 0341')
    await eventually(async () => expect((await invoice()).status).toBe('paid'))
    expect((await bench.said('invoice.paid')).length).toBe(1)
    expect((await bench.balances()).card_network).toBe(BigInt(begun.amountMinor))
  })

  it('is found out by asking when every notice is lost', async () => {
    bench.network.hush()
    const begun = await begin('one')
    await bench.network.useCard(begun.nextStep.url)
    expect(await settlePayments(bench.deps, 0)).toBe(1)
    expect((await invoice()).status).toBe('paid')
  })

  it('with another card after a refused one is found out by asking, too', async () => {
    const begun = await begin('one')
    await bench.network.useCard(begun.nextStep.url, '4000 0000 0000 0002')
    await eventually(async () => expect((await payment(begun.id)).status).toBe('failed'))
    bench.network.hush()
    await bench.network.useCard(begun.nextStep.url)
    expect(await settlePayments(bench.deps, 0)).toBe(1)
    expect((await invoice()).status).toBe('paid')
  })

  it('goes on with the checkout that is open, under whatever key, also after a refused card', async () => {
    const [first, second] = await Promise.all([begin('one'), begin('two')])
    expect([second.id, second.nextStep]).toEqual([first.id, first.nextStep])
    await bench.network.useCard(first.nextStep.url, '4000 0000 0000 0002')
    await eventually(async () => expect((await payment(first.id)).status).toBe('failed'))
    expect(await begin('three')).toMatchObject({ id: first.id, nextStep: first.nextStep })
    expect((await begin('two')).id).toBe(first.id)
  })

  it('while the network is away is refused with a code, and the same key goes on later', async () => {
    const { open } = bench.deps.provider
    bench.deps.provider.open = () => Promise.reject(new Error('nobody answers'))
    expect((await bench.pay(invoiceId, 'one')).json()).toMatchObject({ code: 'payment_provider_silent', status: 503 })
    bench.deps.provider.open = open
    expect((await begin('one')).status).toBe('pending')
  })
})

const beginAnother = async () => payment(await bench.beginAnother(invoiceId))

describe('two payments of one invoice', () => {
  it('that race end with one applied and the other given back', async () => {
    const [first, second] = [await begin('one'), await beginAnother()]
    await Promise.all([bench.network.useCard(first.nextStep.url), bench.network.useCard(second.nextStep.url)])
    await eventually(async () => {
      const states = [(await payment(first.id)).status, (await payment(second.id)).status].sort()
      expect(states).toEqual(['refunding', 'succeeded'])
    })
    await settlePayments(bench.deps, 0)
    const states = [(await payment(first.id)).status, (await payment(second.id)).status].sort()
    expect(states).toEqual(['refunded', 'succeeded'])
    expect((await bench.said('invoice.paid')).length).toBe(1)
    expect((await bench.said('payment.refunded')).length).toBe(1)
    const { receivable, unapplied, card_network } = await bench.balances()
    expect([receivable, unapplied, card_network]).toEqual([0n, 0n, BigInt(first.amountMinor)])
  })

  it('leave no checkout open once one of them is paid', async () => {
    const [first, second] = [await begin('one'), await beginAnother()]
    await bench.network.useCard(first.nextStep.url)
    await eventually(async () => expect((await payment(second.id)).status).toBe('cancelling'))
    await settlePayments(bench.deps, 0)
    expect((await payment(second.id)).status).toBe('cancelled')
    await bench.network.useCard(second.nextStep.url)
    expect((await bench.deps.provider.look(await refOf(second.id))).state).toBe('cancelled')
  })
})

it('what is to be closed or given back does not wait behind what is only asked about', async () => {
  const [, second] = [await begin('one'), await beginAnother()]
  await bench.pool.query("update payment set status = 'refunding', touched_at = now() where id = $1", [second.id])
  const [next] = await transaction(bench.db, tx => takeUnsettled(tx, 0, 1))
  expect(next!.id).toBe(second.id)
})

describe('a webhook', () => {
  it('is believed only with the right signature, and only while it is fresh', async () => {
    const begun = await begin('one')
    const body = succeeded(await refOf(begun.id), begun.amountMinor)
    const other = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
    expect((await deliver(body, { key: other })).json().code).toBe('webhook_not_believed')
    expect((await deliver(body, { at: new Date(Date.now() - 10 * 60_000) })).statusCode).toBe(401)
    const changed = await bench.app.inject({
      method: 'POST',
      url: '/webhooks/payments/sandbox',
      payload: { type: 'payment.succeeded' },
    })
    expect(changed.statusCode).toBe(401)
    expect((await invoice()).status).toBe('due')
    expect((await deliver(body)).statusCode).toBe(200)
    expect((await invoice()).status).toBe('paid')
  })

  it('has its effect once, and its id is not used for another', async () => {
    const begun = await begin('one')
    const body = succeeded(await refOf(begun.id), begun.amountMinor)
    const answers = await Promise.all([deliver(body), deliver(body), deliver(body)])
    expect(answers.map(each => each.statusCode)).toEqual([200, 200, 200])
    expect((await bench.said('invoice.paid')).length).toBe(1)
    expect((await deliver(`${body} `)).json().code).toBe('webhook_id_reused')
  })

  it('of another amount pays nothing and is looked at', async () => {
    const begun = await begin('one')
    await deliver(succeeded(await refOf(begun.id), begun.amountMinor - 1))
    expect(await payment(begun.id)).toMatchObject({ status: 'review', failureCode: 'amount_differs' })
    expect((await invoice()).status).toBe('due')
    expect((await bench.said('billing_security.observed')).map(each => each.data.kind)).toEqual([
      'payment_amount_differs',
    ])
  })

  it('of a payment that we do not know is refused and may come again', async () => {
    expect((await deliver(succeeded('int_of_somebody', 1))).json().code).toBe('webhook_unknown_payment')
    const { rows } = await bench.pool.query('select count(*)::int as count from webhook')
    expect(rows[0].count).toBe(0)
  })
})

describe('a stranger', () => {
  it('neither pays nor sees another account’s payment, and sends no nonsense', async () => {
    const begun = await begin('one')
    expect((await bench.pay(invoiceId, 'one', 8)).statusCode).toBe(404)
    expect((await bench.get(`/api/customer/payments/${begun.id}`, 8)).statusCode).toBe(404)
    const { bearer } = await import('@sahary/testing/principal')
    const headers = { ...(await bearer({ accountId: 7 })), 'idempotency-key': 'x' }
    const url = `/api/customer/invoices/${invoiceId}/payments`
    for (const payload of [
      {},
      { method: {} },
      { method: { type: 'checkout', returnPath: '//evil.test' } },
      { method: { type: 'checkout' }, amountMinor: 1 },
    ])
      expect((await bench.app.inject({ method: 'POST', url, headers, payload })).statusCode).toBe(422)
    const viewer = await bearer({ accountId: 7, memberRole: 'viewer' })
    expect(
      (
        await bench.app.inject({
          method: 'POST',
          url,
          headers: { ...viewer, 'idempotency-key': 'y' },
          payload: { method: { type: 'checkout' } },
        })
      ).statusCode,
    ).toBe(403)
  })
})
