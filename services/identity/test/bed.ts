import { fixedClock } from '@sahary/clock/clock'
import type { Server } from '@sahary/http/server'
import { createLogger } from '@sahary/observability/log'
import { type TestDatabase, testDatabase } from '@sahary/testing/postgres'
import { type Heard, heard } from '@sahary/testing/say'
import { createApp, type Database, type Deps } from '../src/app.ts'
import { openKeys } from '../src/key/actions.ts'
import { openPasswords } from '../src/password/actions.ts'
import { signInRates, take } from '../src/slowdown/slowdown.ts'
import type { Slowdown } from '../src/slowdown/store.ts'

export const start = new Date('2026-11-20T10:00:00Z')
export const password = 'a sunny long sentence'

export type Bed = {
  app: Server
  deps: Deps
  database: TestDatabase<Database>
  /** Moves the real time that tokens live in. */
  later: (ms: number) => void
  /** The events said so far, oldest first, of these types. */
  said: (...types: string[]) => Promise<Heard[]>
  post: (path: string, body: unknown, headers?: Record<string, string>) => Promise<Answer>
  get: (path: string, token?: string) => Promise<Answer>
  close: () => Promise<void>
}
// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
export type Answer = { status: number; body: any; headers: Record<string, unknown> }

/** The slow-down's own rule, kept in a map: each test has counters of its own, without Redis. */
export function counters(now: () => Date): Slowdown {
  const fullAt = new Map<string, number>()
  return {
    take: async buckets => {
      const steps = buckets.map(({ key, rate }) => ({ key, step: take(rate, fullAt.get(key), now().getTime()) }))
      const waits = steps.map(({ step }) => (step.allowed ? 0 : step.waitMs))
      if (Math.max(...waits) > 0) return Math.max(...waits)
      for (const { key, step } of steps) if (step.allowed) fullAt.set(key, step.fullAtMs)
      return 0
    },
    giveBack: async buckets => {
      for (const { key, rate } of buckets) fullAt.set(key, (fullAt.get(key) ?? 0) - rate.everyMs)
    },
    close: async () => {},
  }
}

/** Identity on a database of its own, with cheap hashes and a real clock that the test moves. */
export async function openBed(more: Partial<Deps> = {}): Promise<Bed> {
  const database = await testDatabase<Database>('identity')
  let offset = 0
  const now = () => new Date(Date.now() + offset)
  const passwords = await openPasswords({ pepper: 'pepper', cost: 4 })
  const keys = openKeys(database.db, { secret: 'key secret', issuer: 'sahary', audience: 'sahary-api', now })
  await keys.keep()
  const deps: Deps = {
    db: database.db,
    logger: createLogger({ service: 'identity', level: 'silent' }),
    clock: fixedClock(start),
    now,
    passwords,
    keys,
    slowdown: counters(now),
    rates: signInRates(100),
    cookie: { secure: true },
    refreshSecret: 'refresh secret',
    trustProxy: 'loopback',
    ...more,
  }
  const app = createApp(deps)
  const answerOf = (answer: Awaited<ReturnType<typeof app.inject>>): Answer => ({
    status: answer.statusCode,
    body: answer.body === '' ? null : answer.json(),
    headers: answer.headers,
  })
  return {
    app,
    deps,
    database,
    later: ms => {
      offset += ms
    },
    said: async (...types) => {
      const all = await heard(database.db as never)
      return all.filter(event => types.includes(event.type))
    },
    post: async (path, body, headers = {}) =>
      answerOf(await app.inject({ method: 'POST', url: path, payload: body as never, headers })),
    get: async (path, token) =>
      answerOf(
        await app.inject({ method: 'GET', url: path, headers: token ? { authorization: `Bearer ${token}` } : {} }),
      ),
    close: async () => {
      await app.close()
      await passwords.close()
      await database.close()
    },
  }
}

let drawn = 0
/** An e-mail address nobody in this file has used. */
export const freshEmail = (): string => `person${++drawn}@example.com`

/** Registers somebody and signs them in. */
export async function signedIn(bed: Bed, identifier = freshEmail()) {
  const registered = await bed.post('/api/auth/register', { identifier, password, name: 'Mona' })
  const { body } = await bed.post('/api/auth/login', { identifier, password })
  return { identifier, user: registered.body.data.user, account: registered.body.data.account, ...body.data } as {
    identifier: string
    user: { id: number }
    account: { id: number }
    accessToken: string
    refreshToken: string
  }
}
