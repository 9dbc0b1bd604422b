import { infiniteQueryOptions } from '@tanstack/react-query'
import type { GetApiCustomerUsageResponse } from '../client/types.gen.ts'
import { ask } from './request.ts'

export const energySources = ['solar', 'battery', 'grid', 'generator'] as const
export type EnergySource = (typeof energySources)[number]
/** Watt-hours as decimal strings. */
export type BySource = Record<EnergySource, string>

export type Usage = GetApiCustomerUsageResponse['data']
export type UsageRecord = Usage['records'][number]
type Next = { nextCursor: string | null }

/** Usage of all VMs, or of one; the platform's last thirty days unless told. Totals are of all pages, on each page. */
export const usageQuery = (vmId?: number) =>
  infiniteQueryOptions({
    queryKey: ['usage', vmId ?? 'all'],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const { data, meta } = await ask<Usage, Next>('GET', '/api/customer/usage', {
        query: { limit: 100, cursor: pageParam, vmId },
        signal,
      })
      const { records, ...sums } = data
      return { data: records, meta: { ...sums, nextCursor: meta?.nextCursor ?? null } }
    },
    getNextPageParam: last => last.meta.nextCursor ?? undefined,
  })
