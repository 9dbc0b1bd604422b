import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { ask, dataOf } from './request.ts'

export const deviceKinds = ['inverter', 'battery', 'panel', 'charge_controller', 'meter', 'server', 'other'] as const
export type DeviceKind = (typeof deviceKinds)[number]
export type Device = {
  id: number
  kind: DeviceKind
  brand: string
  model: string
  serial: string
  note: string | null
  purchasedOn: string | null
  warrantyUntil: string | null
  registeredAt: string
  retiredAt: string | null
  version: number
}
export type NewDevice = Pick<Device, 'kind' | 'brand' | 'model' | 'serial'> & { warrantyUntil?: string }

export const repairCategories = [
  'no_power',
  'error_code',
  'low_output',
  'battery',
  'noise_or_heat',
  'damage',
  'connection',
  'maintenance',
  'other',
] as const
export type Repair = {
  id: number
  number: string
  deviceId: number | null
  category: (typeof repairCategories)[number]
  description: string
  state: string
  /** The state in the customer's words. */
  customerState: string
  version: number
  openedAt: string
  /** Where the customer may move it now. */
  targets: string[]
}
export type RepairEntry = {
  id: number
  at: string
  kind: 'step' | 'comment'
  visibility: 'public' | 'internal'
  actor: { side: 'customer' | 'staff' | 'system'; name: string | null }
  verb: string | null
  /** Exactly as it was written; shown as text, never as markup. */
  text: string | null
}
export type RepairDetail = Repair & { device: Device | null; timeline: RepairEntry[] }
export type NewRepair = { deviceId?: number; category: string; description: string; submit: boolean }
type Next = { nextCursor: string | null }

export const devicesQuery = infiniteQueryOptions({
  queryKey: ['devices', 'list'],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam, signal }) =>
    ask<Device[], Next>('GET', '/api/customer/devices', { query: { limit: 50, cursor: pageParam }, signal }),
  getNextPageParam: last => last.meta?.nextCursor ?? undefined,
})
export const repairsQuery = infiniteQueryOptions({
  queryKey: ['repairs', 'list'],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam, signal }) =>
    ask<Repair[], Next>('GET', '/api/customer/repairs', { query: { limit: 25, cursor: pageParam }, signal }),
  getNextPageParam: last => last.meta?.nextCursor ?? undefined,
})
export const repairQuery = (id: number) =>
  queryOptions({
    queryKey: ['repairs', id],
    queryFn: ({ signal }) => dataOf<RepairDetail>('GET', `/api/customer/repairs/${id}`, { signal }),
  })

export const addDevice = (body: NewDevice, idempotencyKey: string): Promise<Device> =>
  dataOf('POST', '/api/customer/devices', { body, idempotencyKey })
export const openRepair = (body: NewRepair, idempotencyKey: string): Promise<Repair> =>
  dataOf('POST', '/api/customer/repairs', { body, idempotencyKey })
export const commentRepair = (id: number, comment: string, idempotencyKey: string): Promise<unknown> =>
  dataOf('POST', `/api/customer/repairs/${id}/comments`, { body: { comment }, idempotencyKey })
export const moveRepair = (id: number, move: { to: string; version: number }): Promise<Repair> =>
  dataOf('POST', `/api/customer/repairs/${id}/transitions`, { body: move })
