import { isDeepStrictEqual } from 'node:util'
import { type AccessRow, accessTable } from '@sahary/contracts/access'
import { createLogger } from '@sahary/observability/log'
import { secondsHistogram } from '@sahary/observability/metrics'
import { beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createServer, type Server } from './server.ts'

const rows: AccessRow[] = [
  ['POST', '/api/test/things/:id', 'public'],
  ['GET', '/api/test/things', 'public'],
  ['GET', '/api/test/mine', 'vm:read:own'],
]
;(accessTable as AccessRow[]).push(...rows)

let lines: Record<string, unknown>[]
let app: Server
beforeEach(() => {
  lines = []
  const logger = createLogger({ service: 'test' }, { write: line => void lines.push(JSON.parse(line)) })
  const verify = async () => ({
    ...{ userId: 7, accountId: 3, memberRole: 'owner' as const, roles: [], locale: 'ar' as const },
    sessionId: 'a5d7b9c0-0000-4000-8000-000000000001',
  })
  app = createServer({ service: 'test', logger, verify })
  const body = z.strictObject({ name: z.string(), count: z.int() })
  app.post('/api/test/things/:id', { schema: { body } }, async request => {
    request.log.info('inside')
    return { data: null }
  })
  app.get('/api/test/things', async request => {
    request.log.info('inside')
    return { data: null }
  })
  app.get('/api/test/mine', async () => ({ data: 'mine' }))
})

const json = { 'content-type': 'application/json' }
const post = (payload: object, headers: Record<string, string> = json) =>
  app.inject({ method: 'POST', url: '/api/test/things/7', payload, headers })

describe('a log line', () => {
  it('carries the id of its request, and a harmless id of the caller is kept', async () => {
    const id = 'trace-me-0001'
    const answer = await app.inject({ url: '/api/test/things', headers: { 'x-request-id': id } })
    expect(answer.headers['x-request-id']).toBe(id)
    expect(lines.map(line => [line.message, line.request_id])).toEqual([
      ['inside', id],
      ['answered', id],
    ])
    const forged = await app.inject({ url: '/api/test/things', headers: { 'x-request-id': 'a b' } })
    expect(forged.headers['x-request-id']).not.toBe('a b')
  })

  it('carries it also after a body has been read', async () => {
    await post({ name: 'ab', count: 1 }, { ...json, 'x-request-id': 'trace-me-0002' })
    expect(lines.map(line => [line.message, line.request_id])).toEqual([
      ['inside', 'trace-me-0002'],
      ['answered', 'trace-me-0002'],
    ])
  })

  it('names the route, the account and no path', async () => {
    await app.inject({ url: '/api/test/mine', headers: { authorization: 'Bearer owner' } })
    expect(lines.at(-1)).toMatchObject({ route: '/api/test/mine', account: 3, user: 7, status: 200 })
  })
})

describe('a measurement', () => {
  it('counts each request by its route, never by its path, and by what became of it', async () => {
    const route = { method: 'POST', route: '/api/test/things/:id' }
    const counted = async (status_class: string) => {
      const { values } = await secondsHistogram('http_server_request_duration_seconds', '').get()
      const count = values.find(
        ({ metricName, labels }) =>
          metricName?.endsWith('_count') && isDeepStrictEqual({ ...labels }, { ...route, status_class }),
      )
      return count?.value ?? 0
    }
    const before = [await counted('2xx'), await counted('4xx')]
    await post({ name: 'ab', count: 1 })
    await post({ name: 'ab' })
    await post({ name: 'ab' })
    expect([await counted('2xx'), await counted('4xx')]).toEqual([before[0]! + 1, before[1]! + 2])
  })
})
