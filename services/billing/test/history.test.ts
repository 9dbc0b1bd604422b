import { connect } from '@sahary/db/connect'
import { transaction } from '@sahary/db/transaction'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { refuseWrongCalendar } from '../src/app.ts'
import { drafts } from '../src/invoice/actions.ts'
import { closeMonths } from '../src/invoice/jobs.ts'
import { accountsToClose } from '../src/usage/store.ts'
import { type Bench, billingBench, threeHoursMs } from './bench.ts'
import { account, usage } from './month.ts'

let bench: Bench
beforeEach(async () => {
  bench = await billingBench()
  await bench.hear('account.created', account())
})
afterEach(() => bench.close())

/** What the service's own role may not. */
const asAdmin = async (...statements: string[]) => {
  const { pool, close } = connect(bench.adminUrl, { service: 'admin', statementTimeoutMs: 60_000, max: 1 })
  for (const statement of ['set search_path to billing, extensions', ...statements]) await pool.query(statement)
  await close()
}

it('a long history is not read again to find what is unbilled', async () => {
  await bench.hear('usage.recorded', usage(1, '2026-10-10T10:00:00.000Z'))
  await closeMonths(bench.deps, threeHoursMs)
  await asAdmin(
    `insert into usage select 1000 + hour, 7, 42, 'web-1', 's-1', 'solar_only', at, at + interval '1 hour', 3600, 1843200, 36000, 0,
       0, 0, 0, 0, null, now(), (select id from invoice)
       from (select hour, timestamptz '2026-10-01' - hour * interval '1 hour' as at from generate_series(1, 100000) as hour) as hours`,
    'analyze usage',
  )
  await bench.hear('usage.recorded', usage(2, '2026-11-10T10:00:00.000Z'))
  const scans = await transaction(bench.db, async tx => {
    expect(await accountsToClose(tx, new Date('2026-11-30T22:00:00Z'), 0, 200)).toEqual([7])
    expect((await drafts(tx, 7, bench.clock.now())).map(draft => draft.netMinor)).toEqual([24n])
    const { rows } = await sql<{ seq_scan: bigint; read: bigint }>`
      select seq_scan, seq_tup_read + idx_tup_fetch as read from pg_stat_xact_user_tables where relname = 'usage'`.execute(
      tx,
    )
    return rows[0]!
  })
  expect(scans.seq_scan).toBe(0n)
  expect(scans.read).toBeLessThan(10n)
})

it('usage on both sides of a new price list is priced by each, and of both sides of Cairo’s month by each month', async () => {
  await asAdmin(
    "insert into price_list values (2, 'EG-2026-2', 'EGP', '2026-11-15T12:00:00Z')",
    'insert into price select 2, supply_class, kind, unit_price * 2 from price where price_list_id = 1',
  )
  for (const [index, from] of [
    '2026-10-31T21:00:00.000Z',
    '2026-10-31T22:00:00.000Z',
    '2026-11-15T11:00:00.000Z',
    '2026-11-15T12:00:00.000Z',
  ].entries())
    await bench.hear('usage.recorded', usage(index + 1, from, { vmName: `web-${index}` }))
  const lines = (await drafts(bench.db, 7, bench.clock.now())).map(draft =>
    draft.lines.filter(line => line.kind === 'vcpu').map(line => [line.vmName, line.quantity, line.unitPrice]),
  )
  expect(lines).toEqual([
    [['web-0', '1', '0.18']],
    [
      ['web-2', '2', '0.18'],
      ['web-3', '1', '0.36'],
    ],
  ])
})

it('nothing is billed by a calendar of before Egypt’s summer time came back, here or in the database', async () => {
  const before = 'Africa/Tripoli'
  await expect(refuseWrongCalendar(bench.db)).resolves.toBeUndefined()
  await expect(refuseWrongCalendar(bench.db, { here: before })).rejects.toThrow('of this process does not know')
  await expect(refuseWrongCalendar(bench.db, { there: before })).rejects.toThrow('of the database does not know')
})
