import { SupplyClass } from '@sahary/contracts/ladder'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'
import { sumOf } from '../money/money.ts'
import { kinds, type PriceList } from './price.ts'

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

/** The rate of VAT at an instant, in per cent. */
export async function vatPercentAt(db: Kysely<Database>, at: Date): Promise<string> {
  const row = await db
    .selectFrom('tax_rate')
    .select('percent')
    .where('code', '=', 'EG-VAT')
    .where('valid_from', '<=', at)
    .orderBy('valid_from', 'desc')
    .executeTakeFirstOrThrow()
  return sumOf([row.percent])
}
