import type { Tx } from '@sahary/db/connect'
import type { Selectable } from 'kysely'
import type { Database } from '../app.ts'
import type { BusinessClock } from '../tables.ts'
import type { Kept } from './keeping.ts'

/** The clock and when somebody last looked after it, locked until the transaction ends; null before the first time. */
export async function lockClock(tx: Tx<Database>): Promise<{ kept: Kept; keptAt: Date } | null> {
  const row = await tx.selectFrom('business_clock').selectAll().forUpdate().executeTakeFirst()
  return row ? fromRow(row) : null
}

/** Writes the clock and that it was looked after at `keptAt`. */
export async function saveClock(tx: Tx<Database>, kept: Kept, keptAt: Date): Promise<void> {
  const values = { real_at: kept.realAt, business_at: kept.businessAt, rate: kept.rate, kept_at: keptAt }
  await tx
    .insertInto('business_clock')
    .values(values)
    .onConflict(conflict => conflict.column('only_row').doUpdateSet(values))
    .execute()
}

const fromRow = (row: Selectable<BusinessClock>): { kept: Kept; keptAt: Date } => ({
  kept: { realAt: row.real_at, businessAt: row.business_at, rate: row.rate },
  keptAt: row.kept_at,
})
