import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type {
  GetApiCustomerDevicesResponse,
  GetApiCustomerRepairsByIdResponse,
  GetApiCustomerRepairsResponse,
  PostApiCustomerDevicesData,
  PostApiCustomerRepairsData,
} from '../client/types.gen.ts'
import { ask, dataOf } from './request.ts'

export const deviceKinds = [
  'inverter',
  'battery',
  'panel',
  'charge_controller',
  'meter',
  'server',
  'other',
] as const satisfies readonly DeviceKind[]
export type Device = GetApiCustomerDevicesResponse['data'][number]
export type DeviceKind = Device['kind']
export type NewDevice = PostApiCustomerDevicesData['body']

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
] as const satisfies readonly Repair['category'][]
export type Repair = GetApiCustomerRepairsResponse['data'][number]
export type RepairDetail = GetApiCustomerRepairsByIdResponse['data']
export type RepairEntry = RepairDetail['timeline'][number]
export type NewRepair = PostApiCustomerRepairsData['body']
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
export const moveRepair = (id: number, move: { to: Repair['targets'][number]; version: number }): Promise<Repair> =>
  dataOf('POST', `/api/customer/repairs/${id}/transitions`, { body: move })
