import type { Principal } from '@sahary/auth/principal'
import { type AccessRow, accessTable } from '@sahary/contracts/access'
import { Refusal } from '@sahary/contracts/refusal'
import type { SpineTables } from '@sahary/db/spine'
import { createLogger } from '@sahary/observability/log'
import { type TestDatabase, testDatabase } from '@sahary/testing/postgres'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { idempotent } from '../src/idempotency.ts'
import { createServer, type Server } from '../src/server.ts'

;(accessTable as AccessRow[]).push(['POST', '/api/test/orders/:shop', 'signed_in'])

const person = (userId: number): Principal => ({
  userId,
  accountId: userId,
  memberRole: 'owner',
  roles: [],
  sessionId: 'a5d7b9c0-0000-4000-8000-000000000001',
  locale: 'en',
})

let database: TestDatabase<SpineTables>
let app: Server
let effects: number
/** What the effect waits for, and what it is told when it begins. */
let gate: Promise<void>
let begun: () => void
beforeAll(async () => {
  database = await testDatabase('gateway')
})
afterAll(() => database.close())
beforeEach(() => {
  effects = 0
  gate = Promise.resolve()
  begun = () => {}
  const logger = createLogger({ service: 'test', level: 'silent' })
  app = createServer({ service: 'test', logger, verify: async token => person(Number(token)) })
  const body = z.strictObject({ item: z.string(), count: z.int().optional() })
  app.post('/api/test/orders/:shop', { schema: { body } }, async (request, reply) => {
    const answer = await idempotent(database.db, request, async tx => {
      begun()
      await gate
      if (request.body.item === 'refused') throw new Refusal('not_allowed')
      effects++
      // The effect itself, in the same transaction.
      const { item } = request.body
      await tx
        .insertInto('leader')
        .values({ name: `${item} ${effects} ${request.id}`, epoch: 1n, since: new Date() })
        .execute()
      return { status: 201, body: { data: { order: effects, item } } }
    })
    return reply.code(answer.status).send(answer.body)
  })
})

let next = 0
const freshKey = () => `key-${process.pid}-${next++}`
const order = (key: string | undefined, payload: object, { user = 1, shop = 'a' } = {}) =>
  app.inject({
    method: 'POST',
    url: `/api/test/orders/${shop}`,
    payload,
    headers: { authorization: `Bearer ${user}`, ...(key === undefined ? {} : { 'idempotency-key': key }) },
  })
const rows = async () => (await sql`select from leader`.execute(database.db)).rows.length

describe('an idempotency key', () => {
  it('is asked for', async () => {
    expect((await order(undefined, { item: 'tea' })).json()).toMatchObject({
      status: 400,
      code: 'idempotency_key_required',
    })
    expect((await order('a b', { item: 'tea' })).json()).toMatchObject({
      status: 400,
      code: 'idempotency_key_malformed',
    })
    expect((await order('x'.repeat(256), { item: 'tea' })).statusCode).toBe(400)
    expect(effects).toBe(0)
  })

  it('gives the same answer to the same request, and it happens once', async () => {
    const key = freshKey()
    const before = await rows()
    const first = await order(key, { item: 'tea', count: 1 })
    const second = await order(key, { count: 1, item: 'tea' })
    expect([first.statusCode, second.statusCode]).toEqual([201, 201])
    expect(second.body).toBe(first.body)
    expect([effects, (await rows()) - before]).toEqual([1, 1])
  })

  it('refuses another request', async () => {
    const key = freshKey()
    await order(key, { item: 'tea' })
    expect((await order(key, { item: 'coffee' })).json()).toMatchObject({ status: 422, code: 'idempotency_key_reused' })
    expect((await order(key, { item: 'tea' }, { shop: 'b' })).statusCode).toBe(422)
    expect(effects).toBe(1)
  })

  it('belongs to whoever sent it', async () => {
    const key = freshKey()
    await order(key, { item: 'tea' }, { user: 1 })
    expect((await order(key, { item: 'coffee' }, { user: 2 })).statusCode).toBe(201)
    expect(effects).toBe(2)
  })

  it('of a refused request may be used again', async () => {
    const key = freshKey()
    expect((await order(key, { item: 'refused' })).statusCode).toBe(403)
    expect((await order(key, { item: 'tea' })).statusCode).toBe(201)
  })

  it('whose request still runs is asked to wait', async () => {
    const key = freshKey()
    let release = () => {}
    gate = new Promise(resolve => {
      release = resolve
    })
    const started = new Promise<void>(resolve => {
      begun = resolve
    })
    const first = order(key, { item: 'tea' })
    await started
    const second = await order(key, { item: 'tea' })
    expect(second.json()).toMatchObject({ status: 409, code: 'idempotency_in_flight' })
    expect(second.headers['retry-after']).toBe('1')
    release()
    expect((await first).statusCode).toBe(201)
    expect((await order(key, { item: 'tea' })).body).toBe((await first).body)
    expect(effects).toBe(1)
  })

  it('raced by twenty requests happens once, and everybody is answered the same or asked to wait', async () => {
    const key = freshKey()
    const before = await rows()
    const answers = await Promise.all(Array.from({ length: 20 }, () => order(key, { item: 'tea' })))
    expect([effects, (await rows()) - before]).toEqual([1, 1])
    expect(new Set(answers.filter(answer => answer.statusCode === 201).map(answer => answer.body)).size).toBe(1)
    expect(answers.map(answer => answer.statusCode).filter(status => status !== 201 && status !== 409)).toEqual([])
  })

  it('is forgotten after a day', async () => {
    const key = freshKey()
    await order(key, { item: 'tea' })
    await sql`update idempotent_answer set created_at = created_at - interval '25 hours' where key = ${key}`.execute(
      database.db,
    )
    expect((await order(key, { item: 'coffee' })).statusCode).toBe(201)
    await sql`update idempotent_answer set created_at = created_at - interval '25 hours'`.execute(database.db)
    await order(freshKey(), { item: 'tea' })
    const { rows: kept } = await sql`select from idempotent_answer`.execute(database.db)
    expect(kept).toHaveLength(1)
  })
})
