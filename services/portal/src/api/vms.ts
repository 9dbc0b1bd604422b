import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type {
  GetApiCustomerSshKeysResponse,
  GetApiCustomerVmsByIdActionsResponse,
  GetApiCustomerVmsResponse,
  GetApiPublicImagesResponse,
  GetApiPublicVmTypesResponse,
  PostApiCustomerVmsData,
} from '../client/types.gen.ts'
import { ask, dataOf } from './request.ts'

export type Vm = GetApiCustomerVmsResponse['data'][number]
export type VmState = Vm['status']
export type SupplyClass = Vm['spec']['supplyClass']
export type VmAction = GetApiCustomerVmsByIdActionsResponse['data'][number]
export type VmType = GetApiPublicVmTypesResponse['data'][number]
export type Image = GetApiPublicImagesResponse['data'][number]
export type SshKey = GetApiCustomerSshKeysResponse['data'][number]
export type NewVm = PostApiCustomerVmsData['body']
type Next = { nextCursor: string | null }

const passing: readonly VmState[] = ['initializing', 'starting', 'stopping', 'deleting', 'rebuilding', 'migrating']
/** Something is under way: look again soon, also when no event comes through. */
const soon = (vms: readonly Vm[] | undefined): number | false =>
  vms?.some(vm => passing.includes(vm.status)) ? 3_000 : false

export const vmsQuery = infiniteQueryOptions({
  queryKey: ['vms', 'list'],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam, signal }) =>
    ask<Vm[], Next>('GET', '/api/customer/vms', { query: { limit: 50, cursor: pageParam }, signal }),
  getNextPageParam: last => last.meta?.nextCursor ?? undefined,
  refetchInterval: query => soon(query.state.data?.pages.flatMap(page => page.data)),
})
export const vmQuery = (id: number) =>
  queryOptions({
    queryKey: ['vms', id],
    queryFn: ({ signal }) => dataOf<Vm>('GET', `/api/customer/vms/${id}`, { signal }),
    refetchInterval: query => (query.state.status === 'error' ? 10_000 : soon(query.state.data && [query.state.data])),
  })
export const vmActionsQuery = (id: number) =>
  queryOptions({
    queryKey: ['vms', id, 'actions'],
    queryFn: ({ signal }) => dataOf<VmAction[]>('GET', `/api/customer/vms/${id}/actions`, { signal }),
  })
export const vmTypesQuery = queryOptions({
  queryKey: ['vm-types'],
  queryFn: ({ signal }) => dataOf<VmType[]>('GET', '/api/public/vm-types', { signal }),
  staleTime: 600_000,
})
export const imagesQuery = queryOptions({
  queryKey: ['images'],
  queryFn: ({ signal }) => dataOf<Image[]>('GET', '/api/public/images', { signal }),
  staleTime: 600_000,
})
export const sshKeysQuery = queryOptions({
  queryKey: ['ssh-keys'],
  queryFn: ({ signal }) => dataOf<SshKey[]>('GET', '/api/customer/ssh-keys', { query: { limit: 100 }, signal }),
})

export const createVm = (body: NewVm, idempotencyKey: string): Promise<Vm> =>
  dataOf('POST', '/api/customer/vms', { body, idempotencyKey })
export const deleteVm = (id: number): Promise<unknown> => dataOf('DELETE', `/api/customer/vms/${id}`)
export const powerVm = (id: number, verb: 'start' | 'stop' | 'reboot', idempotencyKey: string): Promise<VmAction> =>
  dataOf('POST', `/api/customer/vms/${id}/${verb}`, { idempotencyKey })
export const addSshKey = (body: { name: string; publicKey: string }, idempotencyKey: string): Promise<SshKey> =>
  dataOf('POST', '/api/customer/ssh-keys', { body, idempotencyKey })
