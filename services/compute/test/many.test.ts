import { transaction } from '@sahary/db/transaction'
import { type Kysely, sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Database } from '../src/app.ts'
import { dueVms } from '../src/power/store.ts'
import { slotMs } from '../src/slots/slot.ts'
import { firstSlot, forgetRuns, runsIn, saveClosedTo } from '../src/slots/store.ts'
import { type Bench, computeBench, order, runningAs, start } from './bench.ts'

const many = 20_000
let bench: Bench
beforeAll(async () => {
  bench = await computeBench()
  await bench.host()
  const { data } = await bench.ask('POST', '/api/customer/vms', order([await bench.key()]))
  await bench.seen(data.id, runningAs())
  const admin = new pg.Client({ connectionString: bench.adminUrl })
  await admin.connect()
  // VMs of which nothing is due, and runs of many months: they ended ten minutes apart, the last of them yesterday.
  await admin.query(`set search_path = compute`)
  await admin.query(`
    insert into vm (account_id, created_by, site_id, host_id, network_id, address, name, vm_type, image, supply_class,
                    vcpus, memory_mib, disk_gib, created_at)
    select account_id, created_by, site_id, host_id, network_id, '10.0.0.0'::inet + n, 'vm-' || n, vm_type, image,
           supply_class, vcpus, memory_mib, disk_gib, created_at from vm, generate_series(1, ${many}) n`)
  await admin.query(
    `insert into vm_run (vm_id, site_id, from_at, to_at)
     select ${data.id}, 1, ended - interval '5 minutes', ended
       from (select $1::timestamptz - interval '1 day' - n * interval '10 minutes' as ended
               from generate_series(0, ${many} - 1) n) as each`,
    [start],
  )
  await admin.query('analyze vm, vm_run')
  await admin.end()
  await transaction(bench.db, tx => saveClosedTo(tx, 1, start))
})
afterAll(() => bench.close())

/** Rows of a table that this transaction has read so far, whichever way. */
const readRows = async (tx: Kysely<Database>, table: string): Promise<number> => {
  const { rows } = await sql<{ read: string }>`
    select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as read
      from pg_stat_xact_user_tables where relname = ${table}`.execute(tx)
  return Number(rows[0]?.read ?? 0)
}

it.each([
  ['whose turn has come', 'vm', (tx: Kysely<Database>) => dueVms(tx, start)],
  ['the first open slot', 'vm_run', (tx: never) => firstSlot(tx, 1, start)],
  ['the runs of a slot', 'vm_run', (tx: never) => runsIn(tx, 1, { from: start, to: new Date(+start + slotMs) })],
] as const)('%s is found without reading all the others', async (_what, table, ask) => {
  const read = await transaction(bench.db, async tx => {
    const before = await readRows(tx, table)
    await ask(tx as never)
    return (await readRows(tx, table)) - before
  })
  expect(read).toBeLessThan(100)
})

it('runs are forgotten a week after they are closed, some at a time, and never one that lasts', async () => {
  const left = async () =>
    (
      await bench.db
        .selectFrom('vm_run')
        .select(eb => eb.fn.countAll<bigint>().as('runs'))
        .executeTakeFirstOrThrow()
    ).runs
  await forgetRuns(bench.db, 1)
  expect(Number(await left())).toBe(many + 1 - 1000)
  while (Number(await left()) > 6 * 144 + 2) await forgetRuns(bench.db, 1)
  await forgetRuns(bench.db, 1)
  expect(Number(await left())).toBe(6 * 144 + 2)
})
