import { randomUUID } from 'node:crypto'
import { fixedClock } from '@sahary/clock/clock'
import type { Server } from '@sahary/http/server'
import { createLogger } from '@sahary/observability/log'
import { type TestDatabase, testDatabase } from '@sahary/testing/postgres'
import { bearer, testVerifier } from '@sahary/testing/principal'
import { type Heard, heard } from '@sahary/testing/say'
import { createApp, type Database, type Deps } from '../src/app.ts'

export const start = new Date('2026-11-20T10:00:00Z')
// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
export type Answer = { status: number; body: any; text: string }
export type Who = 'mona' | 'omar' | 'viewer' | 'support' | 'technician' | 'admin' | 'billing'

const people = {
  mona: { userId: 1, accountId: 7, memberRole: 'owner' },
  omar: { userId: 2, accountId: 8, memberRole: 'owner' },
  viewer: { userId: 3, accountId: 7, memberRole: 'viewer' },
  support: { userId: 11, accountId: null, memberRole: null, roles: ['support'] },
  technician: { userId: 12, accountId: null, memberRole: null, roles: ['technician'] },
  admin: { userId: 13, accountId: null, memberRole: null, roles: ['admin'] },
  billing: { userId: 14, accountId: null, memberRole: null, roles: ['billing'] },
} as const

export type Ask = (
  who: Who | null,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  payload?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>

export type Bed = {
  app: Server
  deps: Deps
  clock: ReturnType<typeof fixedClock>
  database: TestDatabase<Database>
  ask: Ask
  said: () => Promise<Heard[]>
  close: () => Promise<void>
}

/** Repairs on a database of its own, with the staff known. */
export async function openBed(): Promise<Bed> {
  const database = await testDatabase<Database>('repairs')
  const clock = fixedClock(start)
  const logger = createLogger({ service: 'repairs', level: process.env.TEST_LOG ?? 'silent' })
  const deps = { db: database.db, logger, clock, verify: testVerifier() }
  const app = createApp(deps)
  await database.pool.query(`insert into person (user_id, name, staff, sequence) values
    (1, 'Mona ElSayed', false, 1), (11, 'Salma Nabil', true, 1), (12, 'Karim Fathy', true, 1)`)
  const ask: Ask = async (who, method, path, payload, headers = {}) => {
    const signed = who ? await bearer(people[who] as never) : {}
    const key = method === 'POST' ? { 'idempotency-key': randomUUID() } : {}
    const sent = { ...key, ...signed, ...headers }
    const answer = await app.inject({
      method,
      url: path,
      headers: sent,
      ...(payload !== undefined && { payload: payload as never }),
    })
    return { status: answer.statusCode, body: answer.body === '' ? null : answer.json(), text: answer.body }
  }
  return {
    app,
    deps,
    clock,
    database,
    ask,
    said: () => heard(database.db),
    close: async () => {
      await app.close()
      await database.close()
    },
  }
}

let serial = 0
export const device = (more: Record<string, unknown> = {}) => ({
  kind: 'inverter',
  brand: 'Deye',
  model: 'SUN-8K-SG04',
  serial: `INV-${++serial}`,
  ...more,
})
export const fault = (more: Record<string, unknown> = {}) => ({
  category: 'error_code',
  description: 'It shows error F23 since yesterday',
  ...more,
})
