import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'
import type { Tariff } from '../invoice/invoice.ts'
import { listAt } from './price.ts'
import { priceLists, vatRates } from './store.ts'

/** All prices and rates of tax, and the currency of `now`. */
export async function tariffAt(db: Kysely<Database>, now: Date): Promise<Tariff> {
  const lists = await priceLists(db)
  return { lists, vatRates: await vatRates(db), currency: listAt(lists, now).currency }
}
