import type { Tx } from '@sahary/db/connect'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'

/** The months of an account that are closed, by the instant they begin. */
export async function closedMonths(db: Kysely<Database>, accountId: number): Promise<Set<number>> {
  const rows = await db
    .selectFrom('billing_period')
    .select('period_from')
    .where('account_id', '=', BigInt(accountId))
    .execute()
  return new Set(rows.map(row => row.period_from.getTime()))
}

/** Closes a month, with the invoice it got or without one. */
export async function closeMonth(
  tx: Tx<Database>,
  accountId: number,
  { from, to }: { from: Date; to: Date },
  { invoiceId, at }: { invoiceId: number | null; at: Date },
): Promise<void> {
  await tx
    .insertInto('billing_period')
    .values({ account_id: accountId, period_from: from, period_to: to, invoice_id: invoiceId, closed_at: at })
    .execute()
}
