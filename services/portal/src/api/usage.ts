import { queryOptions } from '@tanstack/react-query'
import type { GetApiCustomerUsageResponse } from '../client/types.gen.ts'
import { dataOf } from './request.ts'

export const energySources = ['solar', 'battery', 'grid', 'generator'] as const
export type EnergySource = (typeof energySources)[number]
/** Watt-hours as decimal strings. */
export type BySource = Record<EnergySource, string>

export type Usage = GetApiCustomerUsageResponse['data']
export type UsageRecord = Usage['records'][number]

/** Usage of all VMs, or of one; the platform's last thirty days unless told. */
export const usageQuery = (vmId?: number) =>
  queryOptions({
    queryKey: ['usage', vmId ?? 'all'],
    queryFn: ({ signal }) => dataOf<Usage>('GET', '/api/customer/usage', { query: { limit: 100, vmId }, signal }),
  })
