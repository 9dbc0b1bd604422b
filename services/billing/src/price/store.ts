import { SupplyClass } from '@sahary/contracts/ladder'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'
import { sumOf } from '../money/money.ts'
import { kinds, type PriceList, type TaxRate } from './price.ts'

/** Every version of the price list, oldest first. A list without a price for some class and kind is a fault. */
export async function priceLists(db: Kysely<Database>): Promise<PriceList[]> {
  const lists = await db.selectFrom('price_list').selectAll().orderBy('valid_from').execute()
  const prices = await db.selectFrom('price').selectAll().execute()
  const priceOf = (listId: bigint, supplyClass: string, kind: string): string => {
    const found = prices.find(
      row => row.price_list_id === listId && row.supply_class === supplyClass && row.kind === kind,
    )
    if (!found) throw new Error(`price list ${listId} has no price for ${kind} under ${supplyClass}`)
    return sumOf([found.unit_price])
  }
  return lists.map(list => ({
    id: Number(list.id),
    code: list.code,
    currency: list.currency,
    validFrom: list.valid_from,
    prices: Object.fromEntries(
      SupplyClass.options.map(supplyClass => [
        supplyClass,
        Object.fromEntries(kinds.map(kind => [kind, priceOf(list.id, supplyClass, kind)])),
      ]),
    ) as PriceList['prices'],
  }))
}

/** Every rate of VAT there has been, oldest first. */
export async function vatRates(db: Kysely<Database>): Promise<TaxRate[]> {
  const rows = await db.selectFrom('tax_rate').selectAll().where('code', '=', 'EG-VAT').orderBy('valid_from').execute()
  return rows.map(row => ({ percent: sumOf([row.percent]), validFrom: row.valid_from }))
}
