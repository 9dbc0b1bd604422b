import { queryOptions } from '@tanstack/react-query'
import { dataOf } from './request.ts'

/** What the gateway gathers from the services; a part is null while its service does not answer. */
export type DashboardStats = {
  vms: { total: number; running: number; off: number; other: number; warned: number; more: boolean } | null
  /** The draft of this month. */
  invoice: { currency: string; netMinor: number; vatMinor: number; totalMinor: number } | null
  repairs: { open: number; waitingForYou: number; more: boolean } | null
  notifications: { unread: number } | null
}

export const statsQuery = queryOptions({
  queryKey: ['dashboard'],
  queryFn: ({ signal }) => dataOf<DashboardStats>('GET', '/api/customer/dashboard/stats', { signal }),
})
