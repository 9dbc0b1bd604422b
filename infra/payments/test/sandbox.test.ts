import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '@sahary/observability/log'
import { eventually } from '@sahary/testing/eventually'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../src/app.ts'
import { openBook } from '../src/book.ts'
import { webhookSender } from '../src/webhook.ts'

const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'
const apiKey = 'sandbox-key-for-tests'
const path = join(mkdtempSync(join(tmpdir(), 'payments-')), 'book.json')
const headers = { authorization: `Bearer ${apiKey}` }
const wish = {
  amountMinor: 14073,
  currency: 'EGP',
  reference: '77',
  description: 'فاتورة <1>',
  locale: 'ar',
  returnUrl: 'http://127.0.0.1/back',
}

type Heard = { id: string; type: string; status: string }
const heard: Heard[] = []
let refuse = 0
const merchant = createServer((request, response) => {
  let body = ''
  request.on('data', chunk => {
    body += chunk
  })
  request.on('end', () => {
    if (refuse-- > 0) return response.writeHead(500).end()
    const event = new Webhook(secret).verify(body, request.headers as Record<string, string>) as {
      type: string
      data: { status: string }
    }
    heard.push({ id: String(request.headers['webhook-id']), type: event.type, status: event.data.status })
    response.writeHead(204).end()
  })
})

let app: ReturnType<typeof createApp>
let sender: ReturnType<typeof webhookSender>
beforeAll(async () => {
  await new Promise<void>(resolve => merchant.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(merchant.address() as AddressInfo).port}/`
  sender = webhookSender({ url, secret, logger: createLogger({ service: 'payments', level: 'silent' }) })
  app = createApp({ book: openBook(path), apiKey, publicUrl: 'http://127.0.0.1:1', post: sender.post })
})
afterAll(async () => {
  sender.stop()
  await app.close()
  merchant.close()
})

const create = async (key: string, body: object = wish) =>
  app.inject({ method: 'POST', url: '/v1/intents', headers: { ...headers, 'idempotency-key': key }, payload: body })
const pay = (id: string, card: string) =>
  app.inject({
    method: 'POST',
    url: `/checkout/${id}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ card }).toString(),
  })

describe('the sandbox', () => {
  it('lets nobody in without the key', async () => {
    expect((await app.inject({ method: 'GET', url: '/v1/intents/pi_1' })).statusCode).toBe(401)
  })

  it('makes one intent per idempotency key, and refuses the key for another amount', async () => {
    const first = (await create('a')).json<{ id: string }>()
    expect((await create('a')).json<{ id: string }>().id).toBe(first.id)
    expect((await create('a', { ...wish, amountMinor: 1 })).statusCode).toBe(422)
    expect((await create('b', { ...wish, amountMinor: 1.5 })).statusCode).toBe(422)
  })

  it('shows the amount and the merchant’s words as text', async () => {
    const { id } = (await create('c')).json<{ id: string }>()
    const page = (await app.inject({ method: 'GET', url: `/checkout/${id}` })).body
    expect(page).toContain('140.73 EGP')
    expect(page).toContain('lang="ar" dir="rtl"')
    expect(page).not.toContain('<1>')
  })

  it('declines, then takes another card, and tells the merchant both times with a signature', async () => {
    const { id } = (await create('d')).json<{ id: string }>()
    expect((await pay(id, '4000 0000 0000 9995')).headers.location).toBe(`/checkout/${id}`)
    const paid = await pay(id, '٤٢٤٢ ٤٢٤٢ ٤٢٤٢ ٤٢٤٢')
    expect(paid.headers.location).toBe(wish.returnUrl)
    await eventually(() =>
      expect(heard.map(each => each.type)).toEqual(['payment_intent.failed', 'payment_intent.succeeded']),
    )
    await pay(id, '4242424242424242')
    expect((await app.inject({ method: 'POST', url: `/v1/intents/${id}/cancel`, headers })).statusCode).toBe(409)
  })

  it('delivers again, with the same id, until the merchant accepts', async () => {
    heard.length = 0
    refuse = 1
    const { id } = (await create('e')).json<{ id: string }>()
    await pay(id, '4242424242424242')
    await eventually(() => expect(heard).toHaveLength(1))
  })

  it('can deliver twice', async () => {
    heard.length = 0
    const { id } = (await create('f')).json<{ id: string }>()
    await pay(id, '4000000000000341')
    await eventually(() => expect(heard).toHaveLength(2))
    expect(heard[0]!.id).toBe(heard[1]!.id)
  })

  it('remembers its intents over a restart', async () => {
    const { id } = (await create('g')).json<{ id: string }>()
    expect(openBook(path).find(id)?.amountMinor).toBe(14073)
  })
})
