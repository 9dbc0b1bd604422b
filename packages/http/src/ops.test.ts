import { Agent, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type AccessRow, accessTable } from '@sahary/contracts/access'
import { Refusal } from '@sahary/contracts/refusal'
import { createLogger } from '@sahary/observability/log'
import { createMetrics } from '@sahary/observability/metrics'
import { afterEach, describe, expect, it } from 'vitest'
import { drain, isDraining } from './drain.ts'
import { startOps } from './ops.ts'
import { createServer } from './server.ts'

;(accessTable as AccessRow[]).push(['GET', '/api/test/slow', 'public'])

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

describe('the private port', () => {
  it('tells what lives, what is ready, what has started, and the metrics', async () => {
    let ready: () => boolean | Promise<boolean> = () => true
    const ops = await startOps({
      port: 0,
      ready: () => ready(),
      started: () => false,
      metrics: createMetrics('test'),
      openapi: () => ({ openapi: '3.1.1' }),
    })
    closing.push(ops.close)
    const ask = async (path: string) => fetch(`http://127.0.0.1:${ops.port}${path}`)
    expect((await ask('/livez')).status).toBe(200)
    expect((await ask('/readyz')).status).toBe(200)
    expect((await ask('/startupz')).status).toBe(503)
    expect(await (await ask('/internal/openapi.json')).json()).toEqual({ openapi: '3.1.1' })
    expect(await (await ask('/metrics')).text()).toContain('nodejs_version_info')
    expect((await ask('/')).status).toBe(404)
    ready = () => Promise.reject(new Error('the database is away'))
    expect((await ask('/readyz')).status).toBe(503)
    ready = () => new Promise(() => {})
    expect((await ask('/readyz')).status).toBe(503)
    expect((await ask('/livez')).status).toBe(200)
  })
})

describe('a server', () => {
  it('bounds every wait', () => {
    const logger = createLogger({ service: 'test', level: 'silent' })
    const app = createServer({ service: 'test', logger, verify: () => Promise.reject(new Refusal('token_invalid')) })
    const { requestTimeout, headersTimeout, keepAliveTimeout, timeout } = app.server
    expect({ requestTimeout, headersTimeout, keepAliveTimeout, timeout }).toEqual({
      requestTimeout: 30_000,
      headersTimeout: 15_000,
      keepAliveTimeout: 72_000,
      timeout: 120_000,
    })
  })
})

describe('draining', () => {
  it('lets a running request finish, tells its client to go, and ends soon', async () => {
    const logger = createLogger({ service: 'test', level: 'silent' })
    const app = createServer({ service: 'test', logger, verify: () => Promise.reject(new Refusal('token_invalid')) })
    let arrived = () => {}
    let release = () => {}
    const inside = new Promise<void>(resolve => {
      arrived = resolve
    })
    const gate = new Promise<void>(resolve => {
      release = resolve
    })
    app.get('/api/test/slow', async () => {
      arrived()
      await gate
      return { data: 'done' }
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const agent = new Agent({ keepAlive: true })
    closing.push(() => agent.destroy())
    const { port } = app.server.address() as AddressInfo
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      get({ port, host: '127.0.0.1', path: '/api/test/slow', agent }, resolve).once('error', reject)
    })
    await inside
    const begun = Date.now()
    const drained = drain(app, 5000)
    expect(isDraining(app)).toBe(true)
    release()
    const answer = await answered
    answer.resume()
    expect([answer.statusCode, answer.headers.connection]).toEqual([200, 'close'])
    await drained
    expect(Date.now() - begun).toBeLessThan(3000)
  })

  it('cuts what does not end', async () => {
    const logger = createLogger({ service: 'test', level: 'silent' })
    const app = createServer({ service: 'test', logger, verify: () => Promise.reject(new Refusal('token_invalid')) })
    app.get('/api/test/slow', () => new Promise(() => {}))
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    const hanging = fetch(`http://127.0.0.1:${port}/api/test/slow`).catch(() => 'cut')
    const connected = () => new Promise<number>(resolve => app.server.getConnections((_error, n) => resolve(n)))
    while ((await connected()) === 0) await new Promise(setImmediate)
    await drain(app, 200)
    expect(await hanging).toBe('cut')
  })
})
