import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect } from '../src/connect.ts'
import { constraintOf, isUnavailable } from '../src/fault.ts'
import { bed } from './bed.ts'

let db: Awaited<ReturnType<typeof bed>>
beforeAll(async () => {
  db = await bed()
})
afterAll(() => db.close())

test('numbers arrive exactly as they are: int8 as bigint, numeric as text, days as days', async () => {
  const { rows } = await sql`
    select 9007199254740993::int8 as big, array[1, 9007199254740993]::int8[] as bigs, 0.1::numeric(18,3) as wh,
           7::int4 as small, '2026-11-20'::date as day, '2026-11-20T10:00:00Z'::timestamptz as at`.execute(db.db)
  expect(rows).toEqual([
    {
      big: 9007199254740993n,
      bigs: [1n, 9007199254740993n],
      wh: '0.100',
      small: 7,
      day: '2026-11-20',
      at: new Date('2026-11-20T10:00:00Z'),
    },
  ])
})

test('a bigint goes in as it came out', async () => {
  const { rows } = await sql<{ same: boolean }>`select ${9007199254740993n}::int8 = 9007199254740993 as same`.execute(
    db.db,
  )
  expect(rows).toEqual([{ same: true }])
})

test('a session has bounded statements, locks and idle transactions, in UTC, whatever its role has', async () => {
  // The administrator's role has none of these settings.
  const admin = connect(db.adminUrl, { service: 'metering' })
  const { rows } = await sql`
    select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
           current_setting('idle_in_transaction_session_timeout') as idle, current_setting('timezone') as zone`.execute(
    admin.db,
  )
  expect(rows).toEqual([{ statement: '5s', lock: '2s', idle: '10s', zone: 'UTC' }])
  await admin.close()
})

test('a statement that takes too long is ended by the server', async () => {
  const short = connect(db.url, { service: 'metering', statementTimeoutMs: 200 })
  await expect(sql`select pg_sleep(5)`.execute(short.db)).rejects.toThrow('statement timeout')
  await short.close()
})

test('NaN and infinity are refused where the check says so', async () => {
  for (const value of ['NaN', 'Infinity', '-1']) {
    await expect(sql`insert into amount (wh) values (${value}::numeric)`.execute(db.db)).rejects.toThrow(
      /amount_wh_check|overflow/,
    )
  }
  await sql`insert into amount (wh) values (0.001)`.execute(db.db)
})

test('spans of one VM cannot overlap', async () => {
  const insert = (from: string, to: string) =>
    sql`insert into usage_span values (1, tstzrange(${from}, ${to}))`.execute(db.db)
  await insert('2026-11-20T10:00Z', '2026-11-20T11:00Z')
  await insert('2026-11-20T11:00Z', '2026-11-20T12:00Z')
  const overlap = await insert('2026-11-20T10:30Z', '2026-11-20T11:30Z').catch((error: unknown) => error)
  expect(constraintOf(overlap)).toBe('usage_span_vm_id_span_excl')
  await expect(insert('2026-11-20T13:00Z', '2026-11-20T13:00Z')).rejects.toThrow('usage_span')
})

test('a constraint that refused a row is known by name, and other errors have none', async () => {
  await sql`insert into counter values ('twice', 1)`.execute(db.db)
  const again = await sql`insert into counter values ('twice', 1)`.execute(db.db).catch((error: unknown) => error)
  expect(constraintOf(again)).toBe('counter_pkey')
  expect(isUnavailable(again)).toBe(false)
  expect(constraintOf(new Error('something else'))).toBeUndefined()
})

test('a database that is not there is unavailable, soon', async () => {
  const nowhere = connect('postgres://nobody:x@127.0.0.1:1/none', { service: 'metering' })
  const error = await sql`select 1`.execute(nowhere.db).catch((fault: unknown) => fault)
  expect(isUnavailable(error)).toBe(true)
  await nowhere.close()
})

test('a statement that takes too long is to be tried later', async () => {
  const error = await db.db
    .transaction()
    .execute(async tx => {
      await sql`set local statement_timeout = 20`.execute(tx)
      await sql`select pg_sleep(5)`.execute(tx)
    })
    .catch((fault: unknown) => fault)
  expect(error).toMatchObject({ code: '57014' })
  expect(isUnavailable(error)).toBe(true)
})

test('a session that the server ends costs one error, not the process', async () => {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db.db)
  const error = await db.db
    .transaction()
    .execute(async tx => {
      await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx)
    })
    .catch((fault: unknown) => fault)
  expect(rows[0]?.pid).toBeGreaterThan(0)
  expect(isUnavailable(error)).toBe(true)
  await sql`select 1`.execute(db.db)
})
