import type { SpineTables } from '@sahary/db/spine'
import { transaction } from '@sahary/db/transaction'
import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { emit } from '../src/emit.ts'
import { backlog, forgetAnswers, markPublished, type Placed, unpublishBeyond, waiting } from '../src/outbox.ts'
import { type Bed, bed, started } from './bed.ts'

let bench: Bed<'compute'>
let db: Kysely<SpineTables>

beforeAll(async () => {
  bench = await bed('compute')
  db = bench.compute.db as unknown as Kysely<SpineTables>
})
afterAll(() => bench.close())
beforeEach(async () => {
  await sql`update outbox set published_at = now(), stream_seq = 0 where published_at is null`.execute(db)
  await sql`insert into leader values ('relay', 5, now()) on conflict (name) do update set epoch = 5`.execute(db)
})

const say = (vmId: number) => transaction(db, tx => emit(tx, 'vm.started', vmId, started(vmId), { at: new Date() }))
const place = async (from: number): Promise<Placed[]> =>
  (await waiting(db, 100)).map(({ day, id }, n) => ({ day, id, seq: from + n }))

test('a leader whose time is over marks nothing', async () => {
  await say(1)
  const placed = await place(1)
  expect(await markPublished(db, 4n, placed)).toBe(false)
  expect(await waiting(db, 100)).toHaveLength(1)
  expect(await markPublished(db, 5n, placed)).toBe(true)
  expect(await waiting(db, 100)).toEqual([])
})

test('a leader that takes over while another marks makes that one fail, or wait its turn', async () => {
  for (let round = 0; round < 10; round++) {
    await sql`update leader set epoch = 5 where name = 'relay'`.execute(db)
    await say(2)
    const placed = await place(100 + round)
    const takeOver = sql`update leader set epoch = 6 where name = 'relay'`.execute(db)
    const [marked] = await Promise.all([markPublished(db, 5n, placed), takeOver])
    expect((await waiting(db, 100)).length).toBe(marked ? 0 : 1)
    await sql`update outbox set published_at = now(), stream_seq = 0 where published_at is null`.execute(db)
  }
})

test('what a stream has lost waits again, in its old order, and nothing else does', async () => {
  for (const vmId of [1, 2, 3, 4]) await say(vmId)
  await markPublished(db, 5n, await place(1_001))
  expect(await unpublishBeyond(db, 1_002)).toBe(2)
  expect((await waiting(db, 100)).map(row => row.subject)).toEqual(['3', '4'])
  expect(await unpublishBeyond(db, 1_002)).toBe(0)
})

test('an event committed late is not passed over, though later ones were published before it', async () => {
  let commit = () => {}
  const held = new Promise<void>(resolve => {
    commit = resolve
  })
  let emittedFirst = () => {}
  const first = new Promise<void>(resolve => {
    emittedFirst = resolve
  })
  const slow = transaction(db, async tx => {
    await emit(tx, 'vm.started', 10, started(10), { at: new Date() })
    emittedFirst()
    await held
  })
  await first
  await say(11)
  await markPublished(db, 5n, await place(2_001))
  commit()
  await slow
  expect((await waiting(db, 100)).map(row => row.subject)).toEqual(['10'])
  expect(await backlog(db)).toMatchObject({ count: 1 })
})

test('answers that nobody will ask for again are forgotten', async () => {
  await sql`
    insert into idempotent_answer (actor, route, key, body_hash, created_at)
    values ('a', 'r', 'old', '', now() - interval '3 days'), ('a', 'r', 'new', '', now())`.execute(db)
  await forgetAnswers(db)
  expect(await db.selectFrom('idempotent_answer').select('key').execute()).toEqual([{ key: 'new' }])
})
