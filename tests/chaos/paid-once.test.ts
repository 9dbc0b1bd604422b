import { createClient } from '@sahary/payments/client'
import { eventually } from '@sahary/testing/eventually'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ok } from '../system/customer.ts'
import { paymentDamages } from './damage.ts'
import { aWhile, ready } from './killing.ts'
import { openBooks } from './oracle.ts'
import { openScene, type Scene } from './scene.ts'
import { expectSeen, expectSound } from './verdict.ts'
import { insist } from './work.ts'

type Invoice = { id: number; status: string; totalMinor: number }
type Payment = { id: number; status: string; nextStep: { url: string } | null }
/** Succeeds, and the network tells of it twice. */
const toldTwice = '4000 0000 0000 0341'
const deaths = 5

describe('a checkout while billing is killed again and again', () => {
  let scene: Scene
  let invoice: Invoice

  beforeAll(async () => {
    // An hour before the month of Cairo ends.
    scene = await openScene('2026-11-30T21:00:00.000Z')
    await scene.run(1500)
    invoice = await eventually(
      async () => {
        const [first] = ok(await scene.customer().get<Invoice[]>('/api/customer/invoices'))
        expect(first?.status).toBe('due')
        return first!
      },
      { withinMs: 180_000, everyMs: 250 },
    )
    await scene.run(1)
  })
  afterAll(async () => {
    await scene?.stop()
  })

  /** Kills billing whenever it has come up again, at some moment of what it then does. */
  const killing = async () => {
    const { platform } = scene
    for (let death = 0; death < deaths; death++) {
      await ready(platform.opsUrl('billing'))
      await aWhile(0, 700)
      platform.kill('billing')
    }
    await ready(platform.opsUrl('billing'))
  }
  const begin = (window: string) =>
    insist<Payment>(
      scene.customer,
      `/api/customer/invoices/${invoice.id}/payments`,
      { method: { type: 'checkout' } },
      `window-${window}`,
    )
  const inBooks = async <Row extends object>(query: string): Promise<Row[]> => {
    const books = openBooks(scene.platform.servers.postgres.url)
    try {
      return (await books.query<Row>(query)).rows
    } finally {
      await books.end()
    }
  }
  /** A payment from when each window opened a checkout of its own: that is how money can still come twice. */
  const leaveAnother = () =>
    inBooks(`insert into billing.payment
        (invoice_id, account_id, amount_minor, currency, provider, return_path, status, created_at, touched_at)
      select invoice_id, account_id, amount_minor, currency, provider, return_path, 'opening', created_at, now() - interval '1 hour'
        from billing.payment where invoice_id = ${invoice.id}`)
  const bothOpen = () =>
    eventually(
      async () => {
        const urls = await inBooks<{ url: string | null }>('select checkout_url as url from billing.payment')
        expect(urls.filter(({ url }) => url !== null)).toHaveLength(2)
        return urls.map(({ url }) => url!)
      },
      { withinMs: 180_000, everyMs: 250 },
    )
  const useCard = (url: string) =>
    fetch(url, {
      method: 'POST',
      body: new URLSearchParams({ card: toldTwice }),
      redirect: 'manual',
      signal: AbortSignal.timeout(10_000),
    })
  const payments = () =>
    inBooks<{ status: string; ref: string }>('select status, provider_ref as ref from billing.payment order by id')

  it('paid at two checkouts, it is paid exactly once, and what came twice goes back', async () => {
    const dying = killing()
    const windows = await Promise.all(['one', 'other'].map(begin))
    expect(new Set(windows.map(({ id }) => id)).size).toBe(1)
    await leaveAnother()
    // Both checkouts are open before either is paid.
    const answers = await Promise.all((await bothOpen()).map(useCard))
    expect(answers.map(({ status }) => status)).toEqual([303, 303])
    await dying
    const done = async () =>
      expect((await payments()).map(({ status }) => status).sort()).toEqual(['refunded', 'succeeded'])
    await eventually(done, { withinMs: 180_000, everyMs: 500 })
    await expectSound(scene.platform.servers.postgres.url)
    expect(ok(await scene.customer().get<Invoice>(`/api/customer/invoices/${invoice.id}`)).status).toBe('paid')
  })

  it('the network has kept the money of one checkout and no more', async () => {
    const { PAYMENTS_URL, PAYMENTS_API_KEY } = scene.platform.env('billing')
    const network = createClient({ url: PAYMENTS_URL!, apiKey: PAYMENTS_API_KEY! })
    const intents = await Promise.all((await payments()).map(({ ref }) => network.find(ref)))
    const kept = intents.filter(({ status }) => status === 'succeeded')
    expect(kept.map(({ amountMinor }) => amountMinor)).toEqual([invoice.totalMinor])
    expect(intents.filter(({ status }) => status === 'refunded')).toHaveLength(1)
  })

  it('the customer is told once that it is paid', async () => {
    const kinds = ok(await scene.customer().get<{ kind: string }[]>('/api/customer/notifications?limit=100'))
    expect(kinds.filter(({ kind }) => kind === 'invoice_paid')).toHaveLength(1)
  })

  it.each(paymentDamages)('the oracle sees $what', damage => expectSeen(scene.platform.servers.postgres.url, damage))
})
