import { queryOptions } from '@tanstack/react-query'
import type { GetApiPublicPricesResponse } from '../client/types.gen.ts'
import { dataOf } from './request.ts'
import type { SupplyClass } from './vms.ts'

/** Pounds per vCPU-hour, GiB-hour of memory and GiB-hour of disk, as decimal strings without VAT. */
export type UnitPrices = NonNullable<Prices['prices'][SupplyClass]>
export type Prices = GetApiPublicPricesResponse['data']

export const pricesQuery = queryOptions({
  queryKey: ['prices'],
  queryFn: ({ signal }) => dataOf<Prices>('GET', '/api/public/prices', { signal }),
  staleTime: 600_000,
})
