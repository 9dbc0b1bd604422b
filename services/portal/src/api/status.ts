import { queryOptions } from '@tanstack/react-query'
import type { GetApiPublicStatusResponse } from '../client/types.gen.ts'
import { heardBusinessTime } from '../live/business-time.ts'
import { dataOf } from './request.ts'

/** How the platform stands, and what time it is on its business clock. */
export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: async ({ signal }) => {
    const status = await dataOf<GetApiPublicStatusResponse['data']>('GET', '/api/public/status', { signal })
    heardBusinessTime(status.businessTime, status.clockRate)
    return status
  },
  refetchInterval: 60_000,
})
