import { queryOptions } from '@tanstack/react-query'
import type { GetApiCustomerEnergyResponse, GetApiPublicEnergyResponse } from '../client/types.gen.ts'
import { heardBusinessTime } from '../live/business-time.ts'
import { dataOf } from './request.ts'

/** A site now. Watts; the battery's are positive while it gives, the grid's while we draw. Null is "not known now". */
export type SiteEnergy = GetApiPublicEnergyResponse['data'][number]
export type CustomerSite = GetApiCustomerEnergyResponse['data'][number]
export type Slot = CustomerSite['slots'][number]

const inTime = <T extends SiteEnergy>(sites: T[]): T[] => {
  if (sites[0]) heardBusinessTime(sites[0].at)
  return sites
}

/** The sites as the live stream brings them. */
export const sitesOf = (body: unknown): SiteEnergy[] => inTime((body ?? []) as SiteEnergy[])

export const publicEnergyQuery = queryOptions({
  queryKey: ['energy', 'public'],
  queryFn: async ({ signal }) => inTime(await dataOf<SiteEnergy[]>('GET', '/api/public/energy', { signal })),
  refetchInterval: 30_000,
})
export const customerEnergyQuery = queryOptions({
  queryKey: ['energy', 'mine'],
  queryFn: async ({ signal }) => inTime(await dataOf<CustomerSite[]>('GET', '/api/customer/energy', { signal })),
  refetchInterval: 60_000,
})
