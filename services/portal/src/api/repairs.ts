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

export type Repair = {
  id: number
  number: string
  /** In the customer's words. */
  state: string
  category: string
  description: string
  deviceId: number | null
  openedAt: string
  version: number
  transitions?: string[]
  timeline?: RepairEntry[]
}
export type RepairEntry = {
  id: number
  at: string
  kind: string
  visibility?: string
  actor: { side: string; name: string | null }
  from: string | null
  to: string | null
  text: string | null
}
export const repairCategories = ['no_power', 'low_output', 'fault_code', 'noise', 'damage', 'other'] as const
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
    queryFn: ({ signal }) => dataOf<Repair>('GET', `/api/customer/repairs/${id}`, { signal }),
  })

export const addDevice = (body: NewDevice, idempotencyKey: string): Promise<Device> =>
  dataOf('POST', '/api/customer/devices', { body, idempotencyKey })
export const openRepair = (body: NewRepair, idempotencyKey: string): Promise<Repair> =>
  dataOf('POST', '/api/customer/repairs', { body, idempotencyKey })
export const commentRepair = (id: number, comment: string, idempotencyKey: string): Promise<unknown> =>
  dataOf('POST', `/api/customer/repairs/${id}/comments`, { body: { comment }, idempotencyKey })
export const moveRepair = (
  id: number,
  move: { to: string; reason?: string; version: number },
  idempotencyKey: string,
): Promise<Repair> => dataOf('POST', `/api/customer/repairs/${id}/transitions`, { body: move, idempotencyKey })
