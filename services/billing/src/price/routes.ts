import { Currency, Decimal, Instant } from '@sahary/contracts/fields'
import { SupplyClass } from '@sahary/contracts/ladder'
import { dataOf } from '@sahary/http/answer'
import type { Server } from '@sahary/http/server'
import { z } from 'zod'
import type { Deps } from '../app.ts'
import { tariffAt } from './actions.ts'
import { listAt, percentAt } from './price.ts'

const UnitPrices = z.object({
  vcpu: Decimal.describe('One vCPU for an hour.'),
  memory: Decimal.describe('One GiB of memory for an hour.'),
  disk: Decimal.describe('One GiB of disk for an hour.'),
})
const Prices = z.object({
  code: z.string(),
  currency: Currency,
  validFrom: Instant,
  vatPercent: Decimal.describe('Comes on top of every price.'),
  prices: z.record(SupplyClass, UnitPrices).describe('In whole units of the currency, by promise of power.'),
})

/** What things cost, for anybody. */
export function priceRoutes(app: Server, { db, clock }: Pick<Deps, 'db' | 'clock'>): void {
  const schema = { summary: 'The price list in force', response: { 200: dataOf(Prices) } }
  app.get('/api/public/prices', { schema }, async () => {
    const now = clock.now()
    const { lists, vatRates } = await tariffAt(db, now)
    const { code, currency, validFrom, prices } = listAt(lists, now)
    const vatPercent = percentAt(vatRates, now)
    return { data: { code, currency, validFrom: validFrom.toISOString(), vatPercent, prices } }
  })
}
