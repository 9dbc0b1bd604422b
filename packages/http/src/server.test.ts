import type { Principal } from '@sahary/auth/principal'
import { type AccessRow, accessTable } from '@sahary/contracts/access'
import { Refusal } from '@sahary/contracts/refusal'
import { createLogger } from '@sahary/observability/log'
import { beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { dataOf } from './answer.ts'
import { IdempotencyHeaders } from './idempotency.ts'
import { createServer, type Server } from './server.ts'

const rows: AccessRow[] = [
  ['POST', '/api/test/things/:id', 'public'],
  ['GET', '/api/test/things', 'public'],
  ['GET', '/api/test/me', 'signed_in'],
  ['GET', '/api/test/mine', 'vm:read:own'],
  ['GET', '/api/test/staff', 'host:read'],
  ['GET', '/api/test/broken', 'public'],
  ['GET', '/api/test/refused', 'public'],
  ['POST', '/api/test/signed', 'public'],
  ['POST', '/api/test/keyed', 'public'],
]
;(accessTable as AccessRow[]).push(...rows)

const owner: Principal = {
  userId: 7,
  accountId: 3,
  memberRole: 'owner',
  roles: [],
  sessionId: 'a5d7b9c0-0000-4000-8000-000000000001',
  locale: 'ar',
}
const people: Record<string, Principal> = {
  owner,
  operator: { ...owner, accountId: null, memberRole: null, roles: ['operator'], locale: 'en' },
}
const bearer = (name: string) => ({ authorization: `Bearer ${name}` })

let lines: Record<string, unknown>[]
let app: Server
let thrown: unknown
beforeEach(() => {
  lines = []
  const logger = createLogger({ service: 'test' }, { write: line => void lines.push(JSON.parse(line)) })
  const verify = async (token: string) => {
    const principal = people[token]
    if (!principal) throw new Refusal('token_invalid')
    return principal
  }
  app = createServer({ service: 'test', logger, verify, bodyLimit: 2000 })
  const params = z.strictObject({ id: z.string().regex(/^\d+$/).transform(Number) })
  const body = z.strictObject({ name: z.string().min(2), count: z.int(), size: z.enum(['s', 'm']).optional() })
  const response = { 201: dataOf(z.object({ id: z.number(), name: z.string() })) }
  app.post('/api/test/things/:id', { schema: { params, body, response } }, async (request, reply) => {
    request.log.info('inside')
    return reply.code(201).send({ data: { id: request.params.id, name: request.body.name } })
  })
  app.get(
    '/api/test/things',
    { schema: { querystring: z.strictObject({ q: z.string().optional() }) } },
    async request => {
      request.log.info('inside')
      return { data: request.query.q ?? null }
    },
  )
  app.get('/api/test/me', async request => ({ data: request.principal?.userId }))
  app.get('/api/test/mine', async () => ({ data: 'mine' }))
  app.get('/api/test/staff', async () => ({ data: 'staff' }))
  app.get('/api/test/broken', { schema: { response: { 200: dataOf(z.object({ id: z.number() })) } } }, async () =>
    JSON.parse('{"data":{"id":"seven","password":"hunter2"}}'),
  )
  app.get('/api/test/refused', async () => {
    throw thrown
  })
  app.post('/api/test/signed', { config: { rawBody: true }, schema: { body: z.unknown() } }, async request => ({
    data: request.rawBody,
  }))
})

const json = { 'content-type': 'application/json' }
const post = (payload: string | object, headers: Record<string, string> = json) =>
  app.inject({ method: 'POST', url: '/api/test/things/7', payload, headers })

describe('a request', () => {
  it('that is valid is answered in the shape of its schema', async () => {
    const answer = await post({ name: 'ab', count: 1 })
    expect(answer.statusCode).toBe(201)
    expect(answer.json()).toEqual({ data: { id: 7, name: 'ab' } })
  })

  it('that is not valid names every field, in the language asked for', async () => {
    const answer = await post(
      { name: 'a', count: '1', size: 'x', role: 'admin' },
      { ...json, 'accept-language': 'ar-EG,en;q=0.5' },
    )
    expect(answer.statusCode).toBe(422)
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(answer.headers['content-language']).toBe('ar')
    const problem = answer.json()
    expect(problem).toMatchObject({ status: 422, code: 'validation_failed', title: 'بعض الحقول غير صحيحة.' })
    expect(problem.requestId).toBe(answer.headers['x-request-id'])
    expect(problem.errors.map(({ field, code }: { field: string; code: string }) => [field, code])).toEqual([
      ['name', 'field_too_small'],
      ['count', 'field_type'],
      ['size', 'field_choice'],
      ['role', 'unknown_field'],
    ])
  })

  it.each([
    ['no body', undefined, 422],
    ['half a body', '{"name":', 400],
    ['a list', '[]', 422],
    ['a prototype', '{"name":"ab","count":1,"__proto__":{"admin":true}}', 400],
    ['a hidden prototype', '{"name":"ab","count":1,"\\u005f_proto__":{}}', 400],
    ['a fraction', '{"name":"ab","count":1.5}', 422],
    ['a number beyond all numbers', '{"name":"ab","count":1e400}', 422],
    ['a NUL', '{"name":"a\\u0000b","count":1}', 422],
    ['half a character', '{"name":"a\\ud800b","count":1}', 422],
    ['a byte order mark', '\ufeff{"name":"ab","count":1}', 400],
    ['forty levels', `{"name":${'['.repeat(40)}${']'.repeat(40)}}`, 400],
    ['too much', JSON.stringify({ name: 'a'.repeat(3000), count: 1 }), 413],
  ])('with %s is refused', async (_what, payload, status) => {
    const answer = await post(payload as string)
    expect([answer.statusCode, answer.json().status]).toEqual([status, status])
  })

  it('in bytes that are not UTF-8 is refused', async () => {
    const payload = Buffer.concat([Buffer.from('{"name":"a'), Buffer.from([0xff, 0xfe]), Buffer.from('","count":1}')])
    expect((await app.inject({ method: 'POST', url: '/api/test/things/7', payload, headers: json })).statusCode).toBe(
      400,
    )
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
  ])('as %s is refused', async type => {
    const answer = await post('{"name":"ab","count":1}', { 'content-type': type })
    expect([answer.statusCode, answer.json().code]).toEqual([415, 'unsupported_media_type'])
  })

  it('with a query that the route does not know, or cannot store, is refused', async () => {
    expect((await app.inject('/api/test/things?sort=x')).json().errors[0]).toMatchObject({
      field: 'sort',
      code: 'unknown_field',
    })
    expect((await app.inject('/api/test/things?q=%00')).json().errors[0]).toMatchObject({
      field: 'q',
      code: 'text_unreadable',
    })
    expect((await app.inject('/api/test/things?q=a&q=b')).statusCode).toBe(422)
    expect((await app.inject('/api/test/things?__proto__=a')).json().code).toBe('malformed_request')
    expect((await app.inject('/api/test/refused?x=1')).json().errors[0].code).toBe('unknown_field')
  })

  it('for a path that cannot be is not found, and one that cannot be read is refused', async () => {
    expect(
      (await app.inject({ method: 'POST', url: '/api/test/things/x', payload: { name: 'ab', count: 1 } })).statusCode,
    ).toBe(404)
    const unread = await app.inject('/api/test/%zz')
    expect(unread.json()).toMatchObject({ status: 400, code: 'malformed_request' })
    expect(unread.headers['x-request-id']).toBe(unread.json().requestId)
    for (const method of ['GET', 'POST'] as const)
      expect((await app.inject({ method, url: '/nowhere?x=1', payload: { a: 1 } })).json()).toMatchObject({
        status: 404,
        code: 'not_found',
      })
  })

  it('keeps its body as it came where a signature needs it', async () => {
    const payload = '{ "b": 1,  "a": 2 }'
    const answer = await app.inject({ method: 'POST', url: '/api/test/signed', payload, headers: json })
    expect(answer.json()).toEqual({ data: payload })
  })
})

describe('the access table', () => {
  it('refuses to start a route that it does not list', () => {
    expect(() => app.get('/api/test/forgotten', async () => 1)).toThrow(/no row in the access table/)
  })

  it.each([
    ['/api/test/me', undefined, 401],
    ['/api/test/me', 'forged', 401],
    ['/api/test/me', 'owner', 200],
    ['/api/test/mine', 'owner', 200],
    ['/api/test/mine', 'operator', 403],
    ['/api/test/staff', 'owner', 403],
    ['/api/test/staff', 'operator', 200],
    ['/api/test/things', undefined, 200],
    ['/api/test/things', 'forged', 200],
  ])('%s for %s is %s', async (url, who, status) => {
    const answer = await app.inject({ url, ...(who ? { headers: bearer(who) } : {}) })
    expect(answer.statusCode).toBe(status)
    if (status === 401) expect(answer.headers['www-authenticate']).toBe('Bearer')
  })

  it('asks before it reads', async () => {
    const answer = await app.inject({ method: 'GET', url: '/api/test/me?what=ever' })
    expect(answer.statusCode).toBe(401)
  })
})

describe('an answer', () => {
  it('is closed to browsers and caches, also when it refuses', async () => {
    for (const url of ['/api/test/things', '/api/test/me', '/nowhere']) {
      const { headers } = await app.inject(url)
      expect(headers['content-security-policy']).toContain("default-src 'none'")
      expect(headers['cache-control']).toBe('no-store')
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['strict-transport-security']).toContain('max-age=31536000')
    }
  })

  it('that does not fit its schema is our fault: the caller learns nothing, the log learns it once', async () => {
    const answer = await app.inject('/api/test/broken')
    expect(answer.json()).toMatchObject({ status: 500, code: 'internal' })
    expect(answer.body).not.toMatch(/seven|hunter2/)
    expect(answer.json().title).toContain(answer.headers['x-request-id'])
    expect(lines.filter(line => line.level === 'error')).toHaveLength(1)
  })

  it.each([
    ['a bug', new Error('select secret'), 500, 'internal'],
    ['a thrown text', 'oops', 500, 'internal'],
    ['a database that is away', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 503, 'dependency_down'],
    ['a client who left midway', Object.assign(new Error('x'), { code: 'UND_ERR_ABORTED' }), 503, 'dependency_down'],
    ['a query that took too long', Object.assign(new Error('x'), { code: '57014' }), 503, 'dependency_down'],
    ['a pool that is exhausted', new Error('timeout exceeded when trying to connect'), 503, 'dependency_down'],
    ['a limit', new Refusal('rate_limited', { retryAfterS: 7 }), 429, 'rate_limited'],
    ['a full queue', new Refusal('busy'), 503, 'busy'],
    ['a conflict', new Refusal('version_conflict', { current: { version: 4 } }), 409, 'version_conflict'],
  ])('to %s is a problem', async (_what, error, status, code) => {
    thrown = error
    const answer = await app.inject('/api/test/refused')
    expect(answer.json()).toMatchObject({ status, code })
    expect(answer.body).not.toContain('secret')
    expect(answer.headers['retry-after'] !== undefined).toBe(status === 429 || status === 503)
    expect(lines.some(line => line.level === 'error')).toBe(status === 500)
    if (code === 'rate_limited') expect(answer.headers['retry-after']).toBe('7')
    if (code === 'version_conflict') expect(answer.json().current).toEqual({ version: 4 })
  })

  it('speaks the language of the caller who states none', async () => {
    const answer = await app.inject({ url: '/api/test/staff', headers: bearer('owner') })
    expect(answer.json().title).toBe('ليست لديك صلاحية لهذا الإجراء.')
  })
})

describe('the description', () => {
  it('lists every route with its schemas, its refusals and who may call it', async () => {
    await app.ready()
    const description = app.swagger() as unknown as {
      openapi: string
      paths: Record<string, Record<string, Record<string, unknown>>>
    }
    expect(description.openapi).toBe('3.1.1')
    const route = description.paths['/api/test/things/{id}']?.post
    expect(route?.requestBody).toBeDefined()
    expect(Object.keys(route?.responses as object)).toEqual(['201', 'default'])
    expect(description.paths['/api/test/me']?.get?.security).toEqual([{ token: [] }])
  })

  it('demands the key that the handler demands, and no body that need not come', async () => {
    const body = z.strictObject({ name: z.string() }).optional().nullable()
    app.post('/api/test/keyed', { schema: { headers: IdempotencyHeaders, body } }, async () => null)
    await app.ready()
    const route = (app.swagger() as unknown as { paths?: Record<string, Record<string, object>> }).paths?.[
      '/api/test/keyed'
    ]?.post
    expect(route).toMatchObject({
      parameters: [{ name: 'idempotency-key', required: true }],
      requestBody: { required: false },
    })
  })
})
