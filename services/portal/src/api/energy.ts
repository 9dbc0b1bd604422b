import { queryOptions } from '@tanstack/react-query'
import { heardBusinessTime } from '../live/business-time.ts'
import { dataOf } from './request.ts'
import type { BySource } from './usage.ts'

export type PowerLevel = 'normal' | 'watch' | 'low' | 'backup' | 'critical' | 'safe_stop'

/** A site now. Watts; the battery's are positive while it gives, the grid's while we draw. Null is "not known now". */
export type SiteEnergy = {
  siteId: number
  name: string
  /** Now, on the business clock. */
  at: string
  pvW: number | null
  loadW: number | null
  batteryW: number | null
  gridW: number | null
  generatorW: number | null
  chargePercent: number | null
  level: PowerLevel
  levelSince: string
  noticeEndsAt: string | null
  /** Seconds since the last reading. */
  age: number | null
  quality: 'measured' | 'partial' | 'stale' | 'none'
  sunElevation: number
}
export type Slot = { from: string; to: string; loadWh: string; producedWh: string; bySource: BySource }
export type CustomerSite = SiteEnergy & { slots: Slot[] }

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
