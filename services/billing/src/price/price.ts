import type { SupplyClass } from '@sahary/contracts/ladder'

/** What is charged for: processor, memory and disk, each by the hour. */
export const kinds = ['vcpu', 'memory', 'disk'] as const
export type Kind = (typeof kinds)[number]

/** Prices of one version, as decimal strings: pounds per vCPU-hour, GiB-hour of memory, GiB-hour of disk, without VAT. */
export type PriceList = {
  id: number
  code: string
  currency: string
  validFrom: Date
  prices: Record<SupplyClass, Record<Kind, string>>
}

/** A rate of tax and from when it holds, in per cent. */
export type TaxRate = { percent: string; validFrom: Date }

/** The rate in force at an instant; the last moment of a month decides for the month's invoice. */
export function percentAt(rates: readonly TaxRate[], at: Date): string {
  const found = rates.filter(rate => rate.validFrom <= at).sort((a, b) => +b.validFrom - +a.validFrom)[0]
  if (!found) throw new Error(`there is no rate of VAT for ${at.toISOString()}`)
  return found.percent
}

/** The list in force at an instant. Throws when there was none: what cannot be priced must not be billed at nothing. */
export function listAt(lists: readonly PriceList[], at: Date): PriceList {
  const found = lists.filter(list => list.validFrom <= at).sort((a, b) => +b.validFrom - +a.validFrom)[0]
  if (!found) throw new Error(`there is no price list for ${at.toISOString()}`)
  return found
}
