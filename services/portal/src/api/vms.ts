import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { ask, dataOf } from './request.ts'

export type SupplyClass = 'always_on' | 'battery_backed' | 'solar_only'
export type VmState =
  | 'initializing'
  | 'starting'
  | 'running'
  | 'stopping'
  | 'off'
  | 'deleting'
  | 'rebuilding'
  | 'migrating'
  | 'paused'
  | 'unknown'
export type VmSpec = { vmType: string; supplyClass: SupplyClass; vcpus: number; memoryMib: number; diskGib: number }
export type VmAction = {
  id: number
  vmId: number
  verb: 'create' | 'start' | 'stop' | 'reboot' | 'delete' | 'cap' | 'uncap'
  reason: 'user' | 'energy' | 'crash' | 'billing' | 'operator'
  status: 'running' | 'success' | 'error'
  progress: number
  error: { code: string; message: string } | null
  startedAt: string
  finishedAt: string | null
}
export type Vm = {
  id: number
  name: string
  status: VmState
  statusReason: string | null
  desired: 'running' | 'off' | 'deleted'
  siteId: number
  image: string
  spec: VmSpec
  cpuCapped: boolean
  ssh: { host: string; port: number; hostKeyFingerprint: string | null }
  powerNotice: { stopAt: string } | null
  version: number
  createdAt: string
  actions: VmAction[]
}
export type VmType = { name: string; vcpus: number; memoryMib: number; diskGib: number }
export type Image = { name: string; title: { en: string; ar: string }; leastMemoryMib: number }
export type SshKey = { id: number; name: string; publicKey: string; fingerprint: string; createdAt: string }
export type NewVm = { name: string; vmType: string; image: string; supplyClass: SupplyClass; sshKeyIds: number[] }
type Next = { nextCursor: string | null }

export const vmsQuery = infiniteQueryOptions({
  queryKey: ['vms', 'list'],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam, signal }) =>
    ask<Vm[], Next>('GET', '/api/customer/vms', { query: { limit: 50, cursor: pageParam }, signal }),
  getNextPageParam: last => last.meta?.nextCursor ?? undefined,
})
export const vmQuery = (id: number) =>
  queryOptions({
    queryKey: ['vms', id],
    queryFn: ({ signal }) => dataOf<Vm>('GET', `/api/customer/vms/${id}`, { signal }),
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
