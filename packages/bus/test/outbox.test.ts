import { connect } from '@sahary/db/connect'
import type { SpineTables } from '@sahary/db/spine'
import { transaction } from '@sahary/db/transaction'
import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { emit } from '../src/emit.ts'
import { type Floor, floorAfter, ground } from '../src/floor.ts'
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
  (await waiting(db, 100, 0n)).map(({ day, id }, n) => ({ day, id, seq: from + n, duplicate: false }))

test('a leader whose time is over marks nothing', async () => {
  await say(1)
  const placed = await place(1)
  expect(await markPublished(db, 4n, placed)).toBe(false)
  expect(await waiting(db, 100, 0n)).toHaveLength(1)
  expect(await markPublished(db, 5n, placed)).toBe(true)
  expect(await waiting(db, 100, 0n)).toEqual([])
})

test('a leader that takes over while another marks makes that one fail, or wait its turn', async () => {
  for (let round = 0; round < 10; round++) {
    await sql`update leader set epoch = 5 where name = 'relay'`.execute(db)
    await say(2)
    const placed = await place(100 + round)
    const takeOver = sql`update leader set epoch = 6 where name = 'relay'`.execute(db)
    const [marked] = await Promise.all([markPublished(db, 5n, placed), takeOver])
    expect((await waiting(db, 100, 0n)).length).toBe(marked ? 0 : 1)
    await sql`update outbox set published_at = now(), stream_seq = 0 where published_at is null`.execute(db)
  }
})

test('nothing is given to be published that is not on the disk', async () => {
  const where = async (what: 'insert' | 'flush') => {
    const { rows } = await sql<{ at: string }>`
      select (${sql.raw(`pg_current_wal_${what}_lsn()`)} - '0/0')::text as at`.execute(db)
    return BigInt(rows[0]!.at)
  }
  await transaction(db, async tx => {
    await sql`set local synchronous_commit = off`.execute(tx)
    await emit(tx, 'vm.started', 9, started(9), { at: new Date() })
  })
  const written = await where('insert')
  expect(await waiting(db, 100, 0n)).toHaveLength(1)
  expect(await where('flush')).toBeGreaterThanOrEqual(written)
})

test('what a stream has lost waits again, in its old order, and nothing else does', async () => {
  for (const vmId of [1, 2, 3, 4]) await say(vmId)
  await markPublished(db, 5n, await place(1_001))
  expect(await unpublishBeyond(db, 1_002)).toBe(2)
  expect((await waiting(db, 100, 0n)).map(row => row.subject)).toEqual(['3', '4'])
  expect(await unpublishBeyond(db, 1_002)).toBe(0)
})

/** Publishes what waits beyond the floor, as the relay does in one turn. */
const turn = async (floor: Floor, seq: number): Promise<Floor> => {
  const rows = await waiting(db, 100, floor.below)
  await markPublished(
    db,
    5n,
    rows.map(({ day, id }, n) => ({ day, id, seq: seq + n, duplicate: false })),
  )
  return floorAfter(floor, rows, true)
}

test('an event committed late is not passed over, though later ones were published before it', async () => {
  let commit = () => {}
  const held = new Promise<void>(resolve => {
    commit = resolve
  })
  let drawn = () => {}
  const first = new Promise<void>(resolve => {
    drawn = resolve
  })
  const slow = transaction(db, async tx => {
    // What `emit` has sent with the commit, and the commit is long in coming.
    await sql`insert into aggregate_sequence values ('vm', '10', 1)`.execute(tx)
    await sql`
      insert into outbox (event_id, type, subject, sequence, occurred_at, data)
      values (gen_random_uuid(), 'vm.started', '10', 1, now(), '{}')
    `.execute(tx)
    drawn()
    await held
  })
  await first
  let floor = ground
  for (const round of [1, 2, 3]) {
    await say(11)
    floor = await turn(floor, 2_000 + round)
  }
  expect(await waiting(db, 100, 0n)).toEqual([])
  commit()
  await slow
  expect((await waiting(db, 100, floor.below)).map(row => row.subject)).toEqual(['10'])
  expect(await backlog(db)).toMatchObject({ count: 1 })
})

test('once nobody can come late any more, the floor rises over what was published', async () => {
  let floor = ground
  for (const round of [1, 2, 3, 4]) {
    await say(12)
    floor = await turn(floor, 3_000 + round)
  }
  const { rows } = await sql<{
    below: bigint
  }>`select count(*) as below from outbox where id <= ${floor.below}`.execute(db)
  expect(Number(rows[0]!.below)).toBeGreaterThan(0)
  await say(13)
  expect((await waiting(db, 100, floor.below)).map(row => row.subject)).toEqual(['13'])
})

test('marking reads what it marks and not the whole day, though its plan was made when the day was young', async () => {
  const young = await bed('compute')
  const one = connect<SpineTables>(young.compute.url, { service: 'compute', max: 1 })
  await sql`insert into leader values ('relay', 5, now())`.execute(one.db)
  const fill = (count: number) =>
    sql<{ day: string; id: bigint }>`
    insert into outbox (event_id, type, subject, sequence, occurred_at, data)
    select gen_random_uuid(), 'vm.started', '1', n, now(), '{}' from generate_series(1, ${count}::int) n
    returning day, id
  `.execute(one.db)
  const mark = (rows: { day: string; id: bigint }[]) =>
    markPublished(
      one.db,
      5n,
      rows.map((row, n) => ({ ...row, seq: n + 1, duplicate: false })),
    )
  const read = async (): Promise<number> => {
    const { rows } = await sql<{ read: number }>`
      select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::float8 as read from pg_stat_user_tables where relname like 'outbox%'
    `.execute(one.db)
    return rows[0]!.read
  }
  for (let round = 0; round < 8; round++) await mark((await fill(3)).rows)
  const { rows } = await fill(3_000)
  await sql`select pg_stat_force_next_flush()`.execute(one.db)
  const before = await read()
  for (let n = 0; n < 50; n += 10) await mark(rows.slice(n, n + 10))
  await sql`select pg_stat_force_next_flush()`.execute(one.db)
  expect((await read()) - before).toBeLessThan(120)
  await one.close()
  await young.close()
})

test('answers that nobody will ask for again are forgotten', async () => {
  await sql`
    insert into idempotent_answer (actor, route, key, body_hash, created_at)
    values ('a', 'r', 'old', '', now() - interval '3 days'), ('a', 'r', 'new', '', now())`.execute(db)
  await forgetAnswers(db)
  expect(await db.selectFrom('idempotent_answer').select('key').execute()).toEqual([{ key: 'new' }])
})
