import { queryOptions } from '@tanstack/react-query'
import { dataOf } from './request.ts'
import type { VmSpec } from './vms.ts'

export const energySources = ['solar', 'battery', 'grid', 'generator'] as const
export type EnergySource = (typeof energySources)[number]
/** Watt-hours as decimal strings. */
export type BySource = Record<EnergySource, string>

export type UsageTotals = {
  runningSeconds: string
  vcpuSeconds: string
  memoryMibSeconds: string
  diskGibSeconds: string
  shedSeconds: string
  runningHours: string
  energyWh: BySource
  totalWh: string
}
export type UsageRecord = {
  id: number
  vmId: number
  vmName: string
  spec: VmSpec
  from: string
  to: string
  runningSeconds: string
  vcpuSeconds: string
  shedSeconds: string
  energyWh: BySource
}
export type UsageSoFar = { vmId: number; vmName: string; from: string; to: string; runningSeconds: string }
export type Usage = { records: UsageRecord[]; totals: UsageTotals; soFar: UsageSoFar[] }

/** Usage of all VMs, or of one; the platform's last thirty days unless told. */
export const usageQuery = (vmId?: number) =>
  queryOptions({
    queryKey: ['usage', vmId ?? 'all'],
    queryFn: ({ signal }) => dataOf<Usage>('GET', '/api/customer/usage', { query: { limit: 100, vmId }, signal }),
  })
