import { bearer } from '@sahary/testing/principal'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Behind, behind, gatewayWith, partsAt } from './world.ts'

let service: Behind
let app: ReturnType<typeof gatewayWith>
beforeEach(async () => {
  service = await behind()
  app = gatewayWith({ parts: partsAt(service.url), patienceMs: 400 })
})
afterEach(async () => {
  await app.close()
  await service.close()
})

describe('a request for a service behind', () => {
  it('arrives as it was sent, query and body included', async () => {
    const payload = '{ "name" : "web-1",   "odd": 1e2 }'
    const answer = await app.inject({
      method: 'POST',
      url: '/api/customer/vms?x=1&x=%D8%B3',
      payload,
      headers: { ...(await bearer()), 'content-type': 'application/json', 'idempotency-key': 'k1' },
    })
    expect([answer.statusCode, answer.json()]).toEqual([200, { data: '/api/customer/vms?x=1&x=%D8%B3' }])
    expect(service.asked).toMatchObject([{ method: 'POST', body: payload, headers: { 'idempotency-key': 'k1' } }])
  })

  it.each(['x=%zz', 'x=%F0%28', 'x=../y', 'x=%2f..%2f', '=&&='])('arrives with its query, also %s', async query => {
    const answer = await app.inject({ url: `/api/public/energy?${query}` })
    expect([answer.statusCode, answer.json()]).toEqual([200, { data: `/api/public/energy?${query}` }])
  })

  it.each(['..%2f2', '1%2f..%2f2', '1..'])('for %s goes nowhere', async id => {
    const answer = await app.inject({ url: `/api/customer/vms/${id}/actions`, headers: await bearer() })
    expect([answer.statusCode, service.asked]).toEqual([404, []])
  })

  it('carries what only we may say, and not what the client said in our name', async () => {
    const forged = {
      'x-forwarded-for': '198.51.100.9',
      'x-forwarded-proto': 'https',
      forwarded: 'for=198.51.100.9',
      'x-real-ip': '198.51.100.9',
      via: '1.1 evil',
      traceparent: 'junk',
      'x-request-id': 'mine-0001',
      'x-sahary-client': 'portal',
      connection: 'x-hop, close',
      'x-hop': '1',
    }
    const remoteAddress = '203.0.113.5'
    await app.inject({ url: '/api/public/energy', headers: { ...forged, host: 'cloud.example' }, remoteAddress })
    const { headers } = service.asked[0]!
    expect(headers).toMatchObject({
      'x-forwarded-for': remoteAddress,
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'cloud.example',
      'x-request-id': 'mine-0001',
      'x-sahary-client': 'portal',
    })
    for (const name of ['forwarded', 'x-real-ip', 'via', 'x-hop']) expect(headers).not.toHaveProperty(name)
    expect(headers.traceparent).not.toBe('junk')
  })

  it('comes from where a trusted proxy says', async () => {
    const headers = { 'x-forwarded-for': '198.51.100.9', 'x-forwarded-proto': 'https' }
    await app.inject({ url: '/api/public/energy', headers, remoteAddress: '127.0.0.1' })
    expect(service.asked[0]?.headers['x-forwarded-for']).toBe('198.51.100.9')
  })

  it.each([
    ['/api/customer/vms', {}, 401],
    ['/api/customer/vms', { authorization: 'Bearer forged' }, 401],
    ['/api/admin/hosts', 'owner', 403],
    ['/api/admin/hosts', 'operator', 200],
    ['/api/customer/vms', 'operator', 403],
    ['/api/auth/login', {}, 404],
    ['/api/nowhere', {}, 404],
    ['/internal/openapi.json', {}, 404],
    ['/metrics', {}, 404],
    ['/api/customer/vms/%2e%2e', 'owner', 404],
  ] as const)('to %s by %j is %i at the edge', async (url, who, status) => {
    const staff = { accountId: null, memberRole: null, roles: ['operator'] }
    const headers = who === 'owner' ? await bearer() : who === 'operator' ? await bearer(staff) : who
    expect((await app.inject({ url, headers })).statusCode).toBe(status)
    expect(service.asked).toHaveLength(status === 200 ? 1 : 0)
  })

  it('gets the answer of the service, whatever it is', async () => {
    service.answer = (_asked, response) => {
      response.writeHead(409, { 'content-type': 'application/problem+json', 'x-mark': 'y' }).end('{"code":"x"}')
    }
    const answer = await app.inject('/api/public/energy')
    expect([answer.statusCode, answer.headers['x-mark'], answer.body]).toEqual([409, 'y', '{"code":"x"}'])
  })

  it('is asked once, also when the service says that it is busy', async () => {
    service.answer = (_asked, response) => {
      response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '5' }).end('{"code":"busy"}')
    }
    const answer = await app.inject('/api/public/energy')
    expect([answer.statusCode, answer.headers['retry-after'], service.asked.length]).toEqual([503, '5', 1])
  })

  it('is answered soon when the service does not answer, and when it is gone', async () => {
    service.answer = () => {}
    const begun = Date.now()
    const hung = await app.inject('/api/public/energy')
    expect(hung.json()).toMatchObject({ status: 503, code: 'dependency_down' })
    expect(hung.headers['retry-after']).toBe('2')
    await service.close()
    expect((await app.inject('/api/public/energy')).statusCode).toBe(503)
    expect(Date.now() - begun).toBeLessThan(6000)
  })
})

describe('the figures of the first page', () => {
  const answers: Record<string, object> = {
    '/api/customer/vms': {
      data: [
        { status: 'running', powerNotice: { stopAt: 'x' } },
        { status: 'running', powerNotice: null },
        { status: 'off' },
        { status: 'starting' },
      ],
      meta: { nextCursor: null },
    },
    '/api/customer/invoices/current': { data: { currency: 'EGP', netMinor: 100, vatMinor: 14, totalMinor: 114 } },
    '/api/customer/repairs': {
      data: [{ customerState: 'waiting_for_you' }, { customerState: 'in_progress' }, { customerState: 'closed' }],
      meta: {},
    },
    '/api/customer/notifications': { data: [], meta: { unread: 3 } },
  }
  const stats = async () =>
    (await app.inject({ url: '/api/customer/dashboard/stats', headers: await bearer({ accountId: 4 }) })).json()

  it('are asked side by side, as the caller', async () => {
    service.answer = ({ url }, response) => void response.end(JSON.stringify(answers[url.split('?')[0]!]))
    expect(await stats()).toEqual({
      data: {
        vms: { total: 4, running: 2, off: 1, other: 1, warned: 1, more: false },
        invoice: { currency: 'EGP', netMinor: 100, vatMinor: 14, totalMinor: 114 },
        repairs: { open: 2, waitingForYou: 1, more: false },
        notifications: { unread: 3 },
      },
    })
    const tokens = new Set(service.asked.map(({ headers }) => headers.authorization))
    expect([service.asked.length, tokens.size]).toEqual([4, 1])
  })

  it('are null where a service fails, hangs or says something else, and never an error', async () => {
    service.answer = ({ url }, response) => {
      if (url.startsWith('/api/customer/vms')) response.writeHead(500).end()
      else if (url.startsWith('/api/customer/repairs')) return
      else if (url.startsWith('/api/customer/invoices')) response.end('<html>')
      else response.end(JSON.stringify({ data: [], meta: { unread: -1 } }))
    }
    const begun = Date.now()
    expect(await stats()).toEqual({ data: { vms: null, invoice: null, repairs: null, notifications: null } })
    expect(Date.now() - begun).toBeLessThan(4000)
  })

  it('are not for strangers', async () => {
    expect((await app.inject('/api/customer/dashboard/stats')).statusCode).toBe(401)
  })
})
