import { fixedClock } from '@sahary/clock/clock'
import { readConfig } from '@sahary/config/config'
import { createLogger } from '@sahary/observability/log'
import { type TestDatabase, testDatabase } from '@sahary/testing/postgres'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Database, openWorld, serve, startJobs } from '../src/app.ts'
import { configSchema } from '../src/config.ts'

const secret = 'x'.repeat(32)
let database: TestDatabase<Database>
const stops: (() => unknown)[] = []
const environment = () => ({
  PORT: '0',
  OPS_PORT: '0',
  DATABASE_URL: database.url,
  NATS_URL: 'nats://127.0.0.1:1',
  // Nobody listens there: identity starts and serves all the same.
  REDIS_URL: 'redis://127.0.0.1:1',
  PASSWORD_PEPPER: secret,
  REFRESH_SECRET: secret,
  KEY_SECRET: secret,
  PASSWORD_COST: '4',
})

beforeAll(async () => {
  database = await testDatabase<Database>('identity')
})
afterAll(async () => {
  for (const stop of stops.reverse()) await stop()
  await database.close()
})

it('starts without Redis and NATS, signs people in, and says that it is ready', async () => {
  const config = readConfig(configSchema, environment())
  const logger = createLogger({ service: 'identity', level: 'silent' })
  const world = { db: database.db, logger, clock: fixedClock('2026-11-20T10:00:00Z') }
  const deps = await openWorld(config, world, stop => stops.push(stop))
  for (const job of startJobs(deps)) stops.push(job.stop)
  const { api, ops } = await serve(deps, config, stop => stops.push(stop))
  const post = (path: string, body: unknown) =>
    fetch(api + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const person = { identifier: '01012345678', password: 'a sunny long sentence' }
  expect((await post('/api/auth/register', { ...person, name: 'Mona' })).status).toBe(201)
  expect((await post('/api/auth/login', person)).status).toBe(200)
  expect((await fetch(`${ops}/readyz`)).status).toBe(200)
  const described = (await (await fetch(`${ops}/internal/openapi.json`)).json()) as { paths: object }
  expect(Object.keys(described.paths)).toContain('/api/auth/login')
})

it.each([
  ['PASSWORD_PEPPER', 'short'],
  ['PASSWORD_COST', '3'],
  ['REDIS_URL', 'http://127.0.0.1'],
  ['COOKIE_SECURE', 'yes'],
])('does not start with %s=%s', (name, value) => {
  expect(() => readConfig(configSchema, { ...environment(), [name]: value })).toThrow(name)
})
