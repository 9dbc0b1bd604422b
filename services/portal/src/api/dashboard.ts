import { queryOptions } from '@tanstack/react-query'
import type { GetApiCustomerDashboardStatsResponse } from '../client/types.gen.ts'
import { dataOf } from './request.ts'

/** What the gateway gathers from the services; a part is null while its service does not answer. */
export type DashboardStats = GetApiCustomerDashboardStatsResponse['data']

export const statsQuery = queryOptions({
  queryKey: ['dashboard'],
  queryFn: ({ signal }) => dataOf<DashboardStats>('GET', '/api/customer/dashboard/stats', { signal }),
})
