import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect } from '../src/connect.ts'
import { migrate } from '../src/migrate.ts'
import { provision } from '../src/provision.ts'
import { provisionReconciler, reconcilerRole } from '../src/reconciler.ts'
import { emptyDatabase, migrateOne, migrations, password, urlOf } from './bed.ts'

const services = ['billing', 'metering']
let place: Awaited<ReturnType<typeof emptyDatabase>>
beforeAll(async () => {
  place = await emptyDatabase()
  await provision(
    place.adminUrl,
    services.map(service => ({ service, password: password(service) })),
  )
})
afterAll(() => place.close())

/** What one role is answered; each time on a connection of its own. */
async function as(service: string, text: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: urlOf(place.adminUrl, service) })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } catch (error) {
    return (error as Error).message
  } finally {
    await client.end()
  }
}

test('migrations run once, however many run them at the same time', async () => {
  const applied = await Promise.all([1, 2, 3].map(() => migrateOne(place.adminUrl, 'billing')))
  expect(applied.flat()).toEqual([
    'spine/0001_spine.sql',
    'spine/0002_partitions.sql',
    'spine/0003_outbox_pace.sql',
    'spine/0004_outbox_as_text.sql',
    'service/0001_init.sql',
  ])
  expect(await migrateOne(place.adminUrl, 'metering')).toHaveLength(5)
  expect(await migrateOne(place.adminUrl, 'metering')).toEqual([])
})

test('provisioning again, by several at once, changes nothing but the password', async () => {
  const roles = services.map(service => ({ service, password: password(service) }))
  await Promise.all([1, 2, 3].map(() => provision(place.adminUrl, roles)))
  expect(await as('billing', 'select count(*)::int as n from counter')).toEqual([{ n: 0 }])
})

test('every role has bounded statements, locks and idle transactions, in UTC, whoever connects as it', async () => {
  const reconciler = password(reconcilerRole)
  await provisionReconciler(place.adminUrl, { password: reconciler, schemas: services })
  const settings = `select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
    current_setting('idle_in_transaction_session_timeout') as idle, current_setting('timezone') as zone`
  const bounds = { statement: '5s', lock: '2s', idle: '10s', zone: 'UTC' }
  for (const service of services) expect(await as(service, settings)).toEqual([bounds])
  expect(await as(reconcilerRole, settings)).toEqual([{ ...bounds, statement: '1min' }])
})

test('a service reads and writes its own schema and sees nothing of another', async () => {
  expect(await as('billing', "insert into counter values ('mine', 1) returning value")).toEqual([{ value: '1' }])
  const foreign = [
    'select * from metering.outbox',
    "insert into metering.counter values ('x', 1)",
    'truncate metering.counter',
  ]
  for (const text of foreign) expect(await as('billing', text)).toMatch('permission denied for schema metering')
})

test('a service may not change its schema, become its owner, or make anything anywhere', async () => {
  const forbidden = [
    'create table mine (id int)',
    'alter table counter add column x int',
    'drop table counter',
    'truncate counter',
    'create table public.mine (id int)',
    'create schema mine',
    'set role billing_owner',
    'set role postgres',
    'set session authorization postgres',
    'create role evil superuser',
    "select pg_read_file('/etc/passwd')",
    "copy counter to '/tmp/counter'",
    "copy counter from program 'id'",
    'create extension pageinspect',
  ]
  for (const text of forbidden) {
    expect(await as('billing', text), text).toMatch(/permission denied|must be owner|not permitted|must have|Must have/)
  }
})

test('ledger, inbox and audit are closed to changes, and a published event cannot be removed', async () => {
  expect(await as('billing', 'insert into ledger_entry (amount_minor) values (1) returning amount_minor')).toEqual([
    { amount_minor: '1' },
  ])
  const forbidden = [
    'update ledger_entry set amount_minor = 2',
    'delete from ledger_entry',
    'delete from outbox',
    'delete from inbox',
    'update inbox set type = type',
    'delete from leader',
    'insert into migration values (1, 2, 3)',
  ]
  for (const text of forbidden) expect(await as('billing', text), text).toMatch('permission denied')
})

test('a migration that was changed, or is gone, is an error', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'migrations-'))
  const run = () => migrate({ url: place.adminUrl, schema: 'metering', runtimeRole: 'metering', directory })
  await expect(run()).rejects.toThrow('service/0001_init.sql was applied and is gone')
  writeFileSync(join(directory, '0001_init.sql'), 'select 1')
  await expect(run()).rejects.toThrow('service/0001_init.sql was changed')
  rmSync(directory, { recursive: true })
})

test('a migration that fails leaves nothing behind and can be corrected', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'migrations-'))
  cpSync(migrations, directory, { recursive: true })
  const run = () => migrate({ url: place.adminUrl, schema: 'metering', runtimeRole: 'metering', directory })
  writeFileSync(join(directory, '0002_more.sql'), 'create table more (id int); select 1 / 0;')
  await expect(run()).rejects.toThrow('service/0002_more.sql failed: division by zero')
  writeFileSync(join(directory, '0002_more.sql'), 'create table more (id int)')
  expect(await run()).toEqual(['service/0002_more.sql'])
  rmSync(directory, { recursive: true })
})

test('partitions of the past are dropped by the owner when nobody can need them, and only then', async () => {
  const { db, close } = connect(urlOf(place.adminUrl, 'metering'), { service: 'metering' })
  const partitions = async () =>
    (
      await sql<{ name: string }>`
        select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
         where i.inhparent = 'outbox'::regclass and c.relname ~ '[0-9]$' order by 1`.execute(db)
    ).rows.map(row => row.name)
  const keep = (day: string) => sql`select keep_partitions(${day}::date)`.execute(db)
  const say = (day: string, publishedDaysAgo: number | null) =>
    sql`
    insert into outbox (day, event_id, type, subject, sequence, occurred_at, data, published_at, stream_seq)
    values (${day}::date, gen_random_uuid(), 'usage.recorded', '1', 1, now(), '{}',
            now() - make_interval(days => ${publishedDaysAgo}::int), ${publishedDaysAgo === null ? null : 1}::bigint)`.execute(
      db,
    )
  for (const day of ['2026-01-01', '2026-01-10', '2026-01-20']) await keep(day)
  expect(await partitions()).toContain('outbox_20260117')
  await say('2026-01-12', null)
  await say('2026-01-13', 1)
  await say('2026-01-14', 30)
  await keep('2026-03-01')
  const left = (await partitions()).filter(name => name.startsWith('outbox_202601'))
  expect(left).toEqual(['outbox_20260112', 'outbox_20260113'])
  await expect(sql`select keep_partitions('2026-03-01', 1)`.execute(db)).rejects.toThrow('8 days')
  await close()
})
