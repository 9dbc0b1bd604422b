import { transaction } from '@sahary/db/transaction'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closeOldestMonth } from '../src/invoice/actions.ts'
import { closeMonths, markLate, monthCloser } from '../src/invoice/jobs.ts'
import { noEnergy } from '../src/rating/rating.ts'
import { accountsToClose } from '../src/usage/store.ts'
import { type Bench, billingBench, threeHoursMs } from './bench.ts'
import { account, usage } from './month.ts'

let bench: Bench
beforeEach(async () => {
  bench = await billingBench()
  await bench.hear('account.created', account())
})
afterEach(() => bench.close())

const close = () => closeMonths(bench.deps, threeHoursMs)
const afterNovember = () => bench.clock.set('2026-12-01T01:00:00Z')
/** November's usage: its first hour, its last hour, and one that belongs to December already. */
const hearNovember = async () => {
  await bench.hear('usage.recorded', usage(1, '2026-10-31T22:00:00.000Z'))
  await bench.hear('usage.recorded', usage(2, '2026-11-30T21:00:00.000Z'))
  await bench.hear('usage.recorded', usage(3, '2026-11-30T22:00:00.000Z'))
}

/** A correction of the processors alone. */
const adjustment = (usageId: number, from: string, vcpuSeconds: string) => ({
  ...usage(usageId, from, { vcpuSeconds, memoryMibSeconds: '0', diskGibSeconds: '0', energyWh: noEnergy }),
  adjustsUsageId: 1,
  reason: 'late_event' as const,
})

describe('the draft', () => {
  it('is always current, and what is billed is what it said', async () => {
    expect((await bench.get('/api/customer/invoices/current')).json().data).toMatchObject({
      totalMinor: 0,
      lines: [],
      month: '2026-11',
    })
    await hearNovember()
    const draft = (await bench.get('/api/customer/invoices/current')).json().data
    expect(draft).toMatchObject({ id: null, number: null, status: 'draft', month: '2026-11', currency: 'EGP' })
    expect(
      draft.lines.map((line: { quantity: string; amountMinor: number }) => [line.quantity, line.amountMinor]),
    ).toEqual([
      ['2', 36],
      ['1', 7],
      ['20', 4],
    ])
    expect(draft).toMatchObject({
      netMinor: 47,
      vatPercent: '14',
      vatMinor: 7,
      totalMinor: 54,
      energyWh: { solar: '0.824', battery: '0.262' },
    })
    afterNovember()
    const closing = (await bench.get('/api/customer/invoices/current')).json()
    expect([closing.data.month, closing.meta.closing[0].totalMinor]).toEqual(['2026-12', 54])
    await close()
    const [invoice] = (await bench.get('/api/customer/invoices')).json().data
    const detail = (await bench.get(`/api/customer/invoices/${invoice.id}`)).json().data
    expect(detail.lines).toEqual(draft.lines)
    expect([detail.netMinor, detail.vatMinor, detail.totalMinor, detail.energyWh]).toEqual([47, 7, 54, draft.energyWh])
  })

  it('counts usage once, however often it is heard', async () => {
    for (let time = 0; time < 3; time++) await bench.hear('usage.recorded', usage(1, '2026-11-10T10:00:00.000Z'))
    expect((await bench.get('/api/customer/invoices/current')).json().data.lines[0].quantity).toBe('1')
  })
})

describe('a month that is over', () => {
  it('is billed once its grace has passed, with a number, a due day and a balanced ledger', async () => {
    await hearNovember()
    bench.clock.set('2026-12-01T00:59:59Z')
    expect(await close()).toBe(0)
    afterNovember()
    expect(await close()).toBe(1)
    expect(await close()).toBe(0)
    const [invoice] = (await bench.get('/api/customer/invoices')).json().data
    expect(invoice).toMatchObject({
      number: 'INV-2026-000001',
      status: 'due',
      period: { from: '2026-10-31T22:00:00.000Z', to: '2026-11-30T22:00:00.000Z' },
      totalMinor: 54,
      dueAt: '2026-12-15T22:00:00.000Z',
      payable: true,
    })
    expect((await bench.said('invoice.finalized')).map(each => each.data)).toMatchObject([
      { invoiceId: invoice.id, totalMinor: 54 },
    ])
    expect(await bench.balances()).toEqual({ receivable: 54n, revenue: -47n, vat_payable: -7n })
  })

  it('is billed by Cairo’s calendar where its clock turns on the last night', async () => {
    bench.clock.set('2030-10-15T00:00:00Z')
    await bench.hear('usage.recorded', usage(1, '2030-10-31T21:00:00.000Z'))
    await bench.hear('usage.recorded', usage(2, '2030-10-31T22:00:00.000Z'))
    bench.clock.set('2030-11-01T04:00:00Z')
    await close()
    const [invoice] = (await bench.get('/api/customer/invoices')).json().data
    expect(invoice.period).toEqual({ from: '2030-09-30T21:00:00.000Z', to: '2030-10-31T22:00:00.000Z' })
    expect(invoice.netMinor).toBe(18 + 4 + 2)
  })

  it('is not billed before a real watch has moved too, when the clock was put forward', async () => {
    await hearNovember()
    afterNovember()
    expect(await monthCloser(bench.deps, { graceMs: threeHoursMs, realMs: 60_000 })()).toBe(0)
    expect(await monthCloser(bench.deps, { graceMs: threeHoursMs, realMs: 0 })()).toBe(1)
  })

  it('of an account that used nothing makes no invoice, and several are billed one by one', async () => {
    expect(await close()).toBe(0)
    await bench.hear('usage.recorded', usage(1, '2026-09-10T10:00:00.000Z'))
    await bench.hear('usage.recorded', usage(2, '2026-11-10T10:00:00.000Z'))
    afterNovember()
    expect(await close()).toBe(2)
    const list = (await bench.get('/api/customer/invoices')).json().data
    expect(list.map((each: { number: string; month: string }) => [each.number, each.month])).toEqual([
      ['INV-2026-000002', '2026-11'],
      ['INV-2026-000001', '2026-09'],
    ])
  })

  it('is closed once by many at a time, and no number is left out', async () => {
    for (let accountId = 8; accountId < 20; accountId++) {
      await bench.hear('account.created', account(accountId))
      await bench.hear('usage.recorded', usage(accountId * 10, '2026-11-10T10:00:00.000Z', { accountId }))
    }
    afterNovember()
    await Promise.all([close(), close(), close()])
    const { rows } = await bench.pool.query('select number, account_id from invoice order by number')
    expect(rows.map(row => row.number)).toEqual(
      Array.from({ length: 12 }, (_, index) => `INV-2026-${String(index + 1).padStart(6, '0')}`),
    )
    expect(new Set(rows.map(row => row.account_id)).size).toBe(12)
  })

  it('that a crash interrupts in the middle is as it was, and its number is given again', async () => {
    await hearNovember()
    afterNovember()
    const crash = transaction(bench.db, async tx => {
      await closeOldestMonth(tx, 7, bench.clock.now(), { graceMs: threeHoursMs, daysToPay: 14 })
      await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx)
    })
    await expect(crash).rejects.toThrow()
    expect(await bench.said()).toEqual([])
    expect(await close()).toBe(1)
    expect((await bench.said('invoice.finalized'))[0]!.data.number).toBe('INV-2026-000001')
  })
})

describe('usage that comes after its month was billed', () => {
  it('is a labelled line of the next invoice, and what was billed stays as it is', async () => {
    await hearNovember()
    afterNovember()
    await close()
    await bench.hear('usage.adjusted', {
      ...usage(9, '2026-11-30T21:00:00.000Z', { vcpuSeconds: '-1800', memoryMibSeconds: '0', diskGibSeconds: '0' }),
      adjustsUsageId: 2,
      reason: 'late_event',
    })
    const current = (await bench.get('/api/customer/invoices/current')).json().data
    expect(current.lines.at(-1)).toMatchObject({ adjusts: '2026-11', quantity: '-0.5', amountMinor: -9 })
    expect((await bench.get('/api/customer/invoices')).json().data[0].totalMinor).toBe(54)
    bench.clock.set('2027-01-02T00:00:00Z')
    await close()
    const list = (await bench.get('/api/customer/invoices')).json().data
    expect(list.map((each: { netMinor: number }) => each.netMinor)).toEqual([18 + 4 + 2 - 9, 47])
  })

  it('is billed once the month it came in is over, though nothing else was used', async () => {
    await bench.hear('usage.recorded', usage(1, '2026-11-20T10:00:00.000Z'))
    afterNovember()
    await close()
    await bench.hear('usage.adjusted', adjustment(2, '2026-11-20T11:00:00.000Z', '36000'))
    expect(await close()).toBe(0)
    bench.clock.set('2027-01-02T00:00:00Z')
    expect((await bench.get('/api/customer/invoices/current')).json().meta.closing).toMatchObject([
      { month: '2026-12', netMinor: 180 },
    ])
    expect(await close()).toBe(1)
    expect((await bench.get('/api/customer/invoices')).json().data).toMatchObject([
      { month: '2026-12', netMinor: 180 },
      { month: '2026-11', netMinor: 24 },
    ])
    expect(await accountsToClose(bench.db, new Date('2026-12-31T22:00:00Z'), 0, 10)).toEqual([])
  })

  it('never goes to an older month that is still open', async () => {
    await bench.hear('usage.recorded', usage(1, '2026-11-20T10:00:00.000Z'))
    afterNovember()
    await close()
    await bench.hear('usage.recorded', usage(2, '2026-10-20T10:00:00.000Z'))
    await bench.hear('usage.adjusted', adjustment(3, '2026-11-20T10:00:00.000Z', '36000'))
    const { data, meta } = (await bench.get('/api/customer/invoices/current')).json()
    expect(meta.closing).toMatchObject([{ month: '2026-10', netMinor: 24 }])
    expect([data.month, data.lines]).toMatchObject(['2026-12', [{ adjusts: '2026-11', amountMinor: 180 }]])
  })

  it('and is a credit or comes to nothing is kept, month after month, without being looked at for ever', async () => {
    await bench.hear('usage.recorded', usage(1, '2026-11-20T10:00:00.000Z'))
    afterNovember()
    await close()
    await bench.hear('usage.adjusted', adjustment(2, '2026-11-20T10:00:00.000Z', '-1800'))
    bench.clock.set('2027-03-01T04:00:00Z')
    expect(await close()).toBe(3)
    await bench.hear('usage.adjusted', adjustment(3, '2026-11-20T10:00:00.000Z', '1800'))
    bench.clock.set('2027-04-01T04:00:00Z')
    expect([await close(), await close()]).toEqual([1, 0])
    expect((await bench.said('invoice.finalized')).length).toBe(1)
    expect(await accountsToClose(bench.db, new Date('2027-03-31T22:00:00Z'), 0, 10)).toEqual([])
  })

  it('and comes to a credit waits for an invoice that it can be taken from', async () => {
    await bench.hear('usage.recorded', usage(1, '2026-10-10T10:00:00.000Z'))
    await close()
    const credit = usage(2, '2026-10-10T10:00:00.000Z', {
      vcpuSeconds: '-3600',
      memoryMibSeconds: '0',
      diskGibSeconds: '0',
    })
    await bench.hear('usage.adjusted', { ...credit, adjustsUsageId: 1, reason: 'late_event' })
    afterNovember()
    await close()
    expect((await bench.said('invoice.finalized')).length).toBe(1)
    await bench.hear('usage.recorded', usage(3, '2026-12-10T10:00:00.000Z', { vcpuSeconds: '36000' }))
    bench.clock.set('2027-01-02T00:00:00Z')
    await close()
    expect((await bench.said('invoice.finalized')).map(each => each.data.netMinor)).toEqual([24, 180 + 4 + 2 - 18])
  })
})

describe('an invoice that was issued', () => {
  const issue = async () => {
    await hearNovember()
    afterNovember()
    await close()
    return Number((await bench.get('/api/customer/invoices')).json().data[0].id)
  }

  it('cannot be changed by the service’s own role, nor its lines, nor the ledger', async () => {
    await issue()
    for (const statement of [
      'update invoice set total_minor = 1',
      "update invoice_line set quantity = '1'",
      'update ledger_entry set amount_minor = 0',
      'delete from ledger_transaction',
      'delete from invoice',
      'update usage set vcpu_seconds = 0',
    ])
      await expect(bench.pool.query(statement)).rejects.toThrow('permission denied')
    await expect(bench.pool.query('update usage set invoice_id = null where usage_id = 1')).rejects.toThrow(
      'usage 1 is on an invoice already',
    )
  })

  it('belongs to a ledger that refuses what does not sum to zero', async () => {
    await issue()
    const unequal = `with t as (insert into ledger_transaction (account_id, kind, reference_id, at) values (7, 'payment', 999, now()) returning id)
      insert into ledger_entry select id, 1, 'card_network', 7, 100, 'EGP' from t`
    await expect(bench.pool.query(unequal)).rejects.toThrow('does not sum to zero')
  })

  it('is overdue after the last moment of its last day, and that is said once', async () => {
    const id = await issue()
    bench.clock.set('2026-12-15T21:59:59Z')
    expect(await markLate(bench.deps)).toBe(0)
    bench.clock.set('2026-12-15T22:00:00Z')
    expect(await Promise.all([markLate(bench.deps), markLate(bench.deps)])).toContain(1)
    expect((await bench.get(`/api/customer/invoices/${id}`)).json().data.status).toBe('overdue')
    expect((await bench.said('invoice.overdue')).length).toBe(1)
  })

  it('is nobody else’s to see', async () => {
    const id = await issue()
    for (const path of ['', '/pdf'])
      expect((await bench.get(`/api/customer/invoices/${id}${path}`, 8)).statusCode).toBe(404)
    expect((await bench.get('/api/customer/invoices', 8)).json().data).toEqual([])
    expect((await bench.app.inject({ url: '/api/customer/invoices' })).statusCode).toBe(401)
  })
})

describe('the price list', () => {
  it('is open to everybody', async () => {
    const { data } = (await bench.app.inject({ url: '/api/public/prices' })).json()
    expect(data).toMatchObject({ code: 'EG-2026-1', currency: 'EGP', vatPercent: '14' })
    expect(data.prices.solar_only).toEqual({ vcpu: '0.18', memory: '0.07', disk: '0.0021' })
  })

  it('is data that the service cannot change', async () => {
    await expect(bench.pool.query('update price set unit_price = 0')).rejects.toThrow('permission denied')
  })
})
