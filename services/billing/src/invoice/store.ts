import { SupplyClass } from '@sahary/contracts/ladder'
import type { Tx } from '@sahary/db/connect'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Database } from '../app.ts'
import { sumOf } from '../money/money.ts'
import { periodOf } from '../period/period.ts'
import type { Kind } from '../price/price.ts'
import type { Trace } from '../rating/rating.ts'
import type { Invoice as InvoiceRow, InvoiceLine as LineRow } from '../tables.ts'
import type { Calculation, Finalized, InvoiceLine } from './invoice.ts'

const finalizedOf = (row: Selectable<InvoiceRow>): Finalized => ({
  id: Number(row.id),
  accountId: Number(row.account_id),
  number: row.number,
  status: row.status as Finalized['status'],
  period: { key: periodOf(row.period_from).key, from: row.period_from, to: row.period_to },
  billedTo: row.billed_to,
  currency: row.currency,
  netMinor: row.net_minor,
  vatPercent: sumOf([row.vat_percent]),
  vatMinor: row.vat_minor,
  totalMinor: row.total_minor,
  finalizedAt: row.finalized_at,
  dueAt: row.due_at,
  paidAt: row.paid_at,
  version: row.version,
})

/** The next number of a series. Its row stays locked until the transaction ends, so that numbers have no gap. */
export async function nextNumber(tx: Tx<Database>, series: string): Promise<number> {
  const { last_number } = await tx
    .insertInto('number_series')
    .values({ series, last_number: 1 })
    .onConflict(conflict =>
      conflict.column('series').doUpdateSet({ last_number: sql<bigint>`number_series.last_number + 1` }),
    )
    .returning('last_number')
    .executeTakeFirstOrThrow()
  return Number(last_number)
}

export type NewInvoice = Pick<
  Finalized,
  'accountId' | 'number' | 'status' | 'billedTo' | 'finalizedAt' | 'dueAt' | 'paidAt'
> & {
  calculation: Calculation
  calcVersion: number
}

/** Writes a final invoice with its lines. */
export async function addInvoice(tx: Tx<Database>, made: NewInvoice): Promise<Finalized> {
  const { calculation: sums } = made
  const row = await tx
    .insertInto('invoice')
    .values({
      account_id: made.accountId,
      number: made.number,
      status: made.status,
      period_from: sums.period.from,
      period_to: sums.period.to,
      billed_to: made.billedTo,
      currency: sums.currency,
      net_minor: sums.netMinor,
      vat_percent: sums.vatPercent,
      vat_minor: sums.vatMinor,
      total_minor: sums.totalMinor,
      calc_version: made.calcVersion,
      finalized_at: made.finalizedAt,
      due_at: made.dueAt,
      paid_at: made.paidAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  for (let start = 0; start < sums.lines.length; start += 500)
    await tx
      .insertInto('invoice_line')
      .values(sums.lines.slice(start, start + 500).map((line, index) => lineRow(row.id, start + index + 1, line)))
      .execute()
  return finalizedOf(row)
}

const lineRow = (invoiceId: bigint, position: number, line: InvoiceLine) => ({
  invoice_id: invoiceId,
  position,
  vm_id: line.vmId,
  vm_name: line.vmName,
  vm_type: line.vmType,
  supply_class: line.supplyClass,
  kind: line.kind,
  price_list_id: line.priceListId,
  quantity: line.quantity,
  unit_price: line.unitPrice,
  net_minor: line.netMinor,
  vat_minor: line.vatMinor,
  solar_wh: line.energy.solar,
  battery_wh: line.energy.battery,
  grid_wh: line.energy.grid,
  generator_wh: line.energy.generator,
  adjusts_from: line.adjusts?.from ?? null,
  trace: JSON.stringify(line.trace),
})

const lineOf = (row: Selectable<LineRow>): InvoiceLine => ({
  vmId: Number(row.vm_id),
  vmName: row.vm_name,
  vmType: row.vm_type,
  supplyClass: SupplyClass.parse(row.supply_class),
  kind: row.kind as Kind,
  priceListId: Number(row.price_list_id),
  quantity: sumOf([row.quantity]),
  unitPrice: sumOf([row.unit_price]),
  netMinor: row.net_minor,
  vatMinor: row.vat_minor,
  energy: {
    solar: sumOf([row.solar_wh]),
    battery: sumOf([row.battery_wh]),
    grid: sumOf([row.grid_wh]),
    generator: sumOf([row.generator_wh]),
  },
  adjusts: row.adjusts_from && periodOf(row.adjusts_from),
  trace: row.trace as unknown as Trace,
})

/** An account's invoice; undefined for one that is not there or not theirs. */
export async function findInvoice(db: Kysely<Database>, accountId: number, id: number): Promise<Finalized | undefined> {
  const row = await db
    .selectFrom('invoice')
    .selectAll()
    .where('id', '=', BigInt(id))
    .where('account_id', '=', BigInt(accountId))
    .executeTakeFirst()
  return row && finalizedOf(row)
}

export async function linesOf(db: Kysely<Database>, invoiceId: number): Promise<InvoiceLine[]> {
  const rows = await db
    .selectFrom('invoice_line')
    .selectAll()
    .where('invoice_id', '=', BigInt(invoiceId))
    .orderBy('position')
    .execute()
  return rows.map(lineOf)
}

/** An account's invoices, newest first. */
export async function listInvoices(db: Kysely<Database>, accountId: number, before: number | undefined, limit: number) {
  const rows = await db
    .selectFrom('invoice')
    .selectAll()
    .where('account_id', '=', BigInt(accountId))
    .$if(before !== undefined, query => query.where('id', '<', BigInt(before ?? 0)))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(finalizedOf)
}

/** Marks an invoice that waits for money as paid; undefined when it does not wait (any more). */
export async function markPaid(
  tx: Tx<Database>,
  invoiceId: number,
  paymentId: number,
  at: Date,
): Promise<Finalized | undefined> {
  const row = await tx
    .updateTable('invoice')
    .set({ status: 'paid', paid_at: at, paid_by_payment_id: paymentId, version: sql<number>`version + 1` })
    .where('id', '=', BigInt(invoiceId))
    .where('status', 'in', ['open', 'overdue'])
    .returningAll()
    .executeTakeFirst()
  return row && finalizedOf(row)
}

/** Marks invoices whose day has passed as overdue, at most `limit` of them, and gives them. */
export async function markOverdue(tx: Tx<Database>, now: Date, limit: number): Promise<Finalized[]> {
  const rows = await tx
    .updateTable('invoice')
    .set({ status: 'overdue', version: sql<number>`version + 1` })
    .where('id', 'in', query =>
      query
        .selectFrom('invoice')
        .select('id')
        .where('status', '=', 'open')
        .where('due_at', '<=', now)
        .orderBy('id')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .execute()
  return rows.map(finalizedOf)
}
