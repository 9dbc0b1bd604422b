import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'
import type { Tariff } from '../invoice/invoice.ts'
import { listAt } from './price.ts'
import { priceLists, vatPercentAt } from './store.ts'

/** All prices, and the tax and currency of `now`. */
export async function tariffAt(db: Kysely<Database>, now: Date): Promise<Tariff> {
  const lists = await priceLists(db)
  return { lists, vatPercent: await vatPercentAt(db, now), currency: listAt(lists, now).currency }
}
