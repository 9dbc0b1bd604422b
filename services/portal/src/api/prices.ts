import { queryOptions } from '@tanstack/react-query'
import { dataOf } from './request.ts'
import type { SupplyClass } from './vms.ts'

/** Pounds per vCPU-hour, GiB-hour of memory and GiB-hour of disk, as decimal strings without VAT. */
export type UnitPrices = Record<'vcpu' | 'memory' | 'disk', string>
export type Prices = { code: string; currency: string; vatPercent: string; prices: Record<SupplyClass, UnitPrices> }

export const pricesQuery = queryOptions({
  queryKey: ['prices'],
  queryFn: ({ signal }) => dataOf<Prices>('GET', '/api/public/prices', { signal }),
  staleTime: 600_000,
})
