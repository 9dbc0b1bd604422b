import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@sahary/testing/eventually'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createApp } from '../src/app.ts'
import { createClient, readNotice } from '../src/client.ts'
import { openDeliveries } from '../src/deliveries.ts'
import { cardOutcome } from '../src/intent.ts'
import { openJournal } from '../src/journal.ts'
import { openNetwork } from '../src/network.ts'
import { freePort } from './port.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const wanted = {
  amountMinor: 14073,
  currency: 'EGP',
  reference: 'payment-77',
  description: 'INV-2026-000012',
  returnUrl: 'http://127.0.0.1/customer/invoices/501',
  locale: 'ar' as const,
}
type Told = { headers: Record<string, string>; body: string }

let folder: string
let told: Told[]
let answer: number
let merchant: Server
let stop: () => Promise<void>
let client: ReturnType<typeof createClient>
let here: string
let port: number

async function open() {
  const url = `http://127.0.0.1:${(merchant.address() as AddressInfo).port}/`
  const journal = openJournal(join(folder, 'book.jsonl'))
  const deliveries = openDeliveries({ journal, url, secret })
  const network = openNetwork({ journal, publicUrl: `http://127.0.0.1:${port}`, tell: deliveries.tell, slowMs: 50 })
  const app = createApp({ network, apiKey: 'a-key-for-tests-only' })
  here = await app.listen({ host: '127.0.0.1', port })
  client = createClient({ url: here, apiKey: 'a-key-for-tests-only' })
  stop = async () => {
    await app.close()
    deliveries.close()
    network.close()
    journal.close()
  }
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sahary-payments-'))
  told = []
  answer = 200
  merchant = createServer((request, response) => {
    let body = ''
    request.on('data', chunk => {
      body += chunk
    })
    request.on('end', () => {
      told.push({ headers: request.headers as Record<string, string>, body })
      response.writeHead(answer).end()
    })
  })
  await new Promise<void>(resolve => merchant.listen(0, '127.0.0.1', resolve))
  port = await freePort()
  await open()
})
afterEach(async () => {
  await stop()
  merchant.closeAllConnections()
  await new Promise(resolve => merchant.close(resolve))
  rmSync(folder, { recursive: true })
})

const pay = async (checkoutUrl: string, card: string) =>
  fetch(checkoutUrl, { method: 'POST', body: new URLSearchParams({ card }), redirect: 'manual' })

describe('an intent', () => {
  it('is opened once per key, and a key is not used for another', async () => {
    const first = await client.open(wanted, 'one')
    expect(await client.open(wanted, 'one')).toEqual(first)
    await expect(client.open({ ...wanted, amountMinor: 1 }, 'one')).rejects.toThrow('422')
    expect((await client.open(wanted, 'two')).id).not.toBe(first.id)
  })

  it('is opened for nobody without the key of the merchant', async () => {
    await expect(createClient({ url: here, apiKey: 'another-key-for-them' }).open(wanted, 'one')).rejects.toThrow('401')
  })

  it('is paid on the hosted page and told to the merchant with a signature', async () => {
    const intent = await client.open(wanted, 'one')
    const page = await (await fetch(intent.checkoutUrl)).text()
    expect(page).toContain('dir="rtl"')
    expect(page).toContain('140.73 EGP')
    const answered = await pay(intent.checkoutUrl, '4242 4242 4242 4242')
    expect([answered.status, answered.headers.get('location')]).toEqual([303, wanted.returnUrl])
    await eventually(() => expect(told.length).toBe(1))
    expect(readNotice(secret, told[0]!.headers, told[0]!.body)).toMatchObject({
      type: 'payment.succeeded',
      data: { intentId: intent.id, reference: 'payment-77', amountMinor: 14073, currency: 'EGP' },
    })
    expect((await client.find(intent.id)).status).toBe('succeeded')
  })

  it.each([
    ['4000 0000 0000 0002', 'card_declined'],
    ['٤٠٠٠٠٠٠٠٠٠٠٠٩٩٩٥', 'insufficient_funds'],
  ])('fails with card %s: %s', async (card, failureCode) => {
    const intent = await client.open(wanted, 'one')
    await pay(intent.checkoutUrl, card)
    expect(await client.find(intent.id)).toMatchObject({ status: 'failed', failureCode })
  })

  it('takes another card after one was refused', async () => {
    const intent = await client.open(wanted, 'one')
    await pay(intent.checkoutUrl, '4000 0000 0000 0069')
    await pay(intent.checkoutUrl, '4242 4242 4242 4242')
    await eventually(() => expect(told.length).toBe(2))
    const types = told.map(each => readNotice(secret, each.headers, each.body).type)
    expect(types.sort()).toEqual(['payment.failed', 'payment.succeeded'])
    expect(await client.find(intent.id)).toMatchObject({ status: 'succeeded', failureCode: null })
  })

  it('takes no card that is not a test card, and none when it is over', async () => {
    const intent = await client.open({ ...wanted, locale: 'en' }, 'one')
    expect((await pay(intent.checkoutUrl, '5555 5555 5555 4444')).status).toBe(422)
    expect((await client.cancel(intent.id)).status).toBe('cancelled')
    await pay(intent.checkoutUrl, '4242424242424242')
    expect((await client.find(intent.id)).status).toBe('cancelled')
  })

  it('that was paid is not cancelled but can be given back', async () => {
    const intent = await client.open(wanted, 'one')
    await pay(intent.checkoutUrl, '4242424242424242')
    expect((await client.cancel(intent.id)).status).toBe('succeeded')
    expect((await client.refund(intent.id)).status).toBe('refunded')
  })
})

describe('a notice', () => {
  it('of the doubling card comes twice with one id', async () => {
    const intent = await client.open(wanted, 'one')
    await pay(intent.checkoutUrl, '4000 0000 0000 0341')
    await eventually(() => expect(told.length).toBe(2))
    expect(new Set(told.map(each => each.headers['webhook-id'])).size).toBe(1)
  })

  it('is repeated until it is taken, also across a restart', async () => {
    answer = 500
    const intent = await client.open(wanted, 'one')
    await pay(intent.checkoutUrl, '4000 0000 0000 0077')
    await eventually(() => expect(told.length).toBeGreaterThan(0))
    await stop()
    answer = 200
    const before = told.length
    await open()
    await eventually(() => expect(told.length).toBeGreaterThan(before))
    expect((await client.find(intent.id)).status).toBe('succeeded')
    expect(new Set(told.map(each => each.headers['webhook-id'])).size).toBe(1)
  })

  it('is not believed when it was changed or is old', () => {
    const body = JSON.stringify({ type: 'payment.succeeded' })
    const sign = (at: Date) => ({
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign('msg_1', at, body),
    })
    expect(() => readNotice(secret, sign(new Date()), `${body} `)).toThrow('signature')
    expect(() => readNotice(secret, sign(new Date(Date.now() - 600_000)), body)).toThrow('too old')
  })
})

describe('a card number', () => {
  it('is read with spaces, dashes and Arabic digits', () => {
    expect(cardOutcome('4242-4242 42424242')).toBe('succeeds')
    expect(cardOutcome('٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢')).toBe('succeeds')
    expect(cardOutcome('4242')).toBeNull()
  })
})
