import type { SupplyClass } from '@sahary/contracts/ladder'
import type { VmReason, VmState } from '@sahary/contracts/vm'
import type { Tx } from '@sahary/db/connect'
import { type Expression, type Kysely, type Selectable, type SqlBool, sql } from 'kysely'
import type { Database } from '../app.ts'
import type { Vm as VmTable } from '../tables.ts'
import type { Hold, Vm } from './vm.ts'

type Row = Selectable<VmTable> & { running: boolean | null | SqlBool }

const fromRow = (row: Row): Vm => ({
  id: Number(row.id),
  accountId: Number(row.account_id),
  createdBy: Number(row.created_by),
  siteId: Number(row.site_id),
  hostId: Number(row.host_id),
  networkId: Number(row.network_id),
  address: row.address,
  name: row.name,
  vmType: row.vm_type,
  image: row.image,
  supplyClass: row.supply_class as SupplyClass,
  vcpus: row.vcpus,
  memoryMib: row.memory_mib,
  diskGib: row.disk_gib,
  userData: row.user_data,
  incarnation: row.incarnation,
  wish: row.wish as Vm['wish'],
  holds: row.holds as Hold[],
  cpuCapped: row.cpu_capped,
  rebootOf: row.reboot_of,
  generation: row.generation,
  reason: row.reason as VmReason,
  stopAt: row.stop_at,
  resumeAt: row.resume_at,
  status: row.status as VmState,
  statusReason: row.status_reason,
  observedAt: row.observed_at,
  run: row.run,
  running: row.running === true,
  bootedAt: row.booted_at,
  hostKeyFingerprint: row.host_key_fingerprint,
  crashes: row.crashes,
  crashedAt: row.crashed_at,
  settled: row.settled,
  version: row.version,
  createdAt: row.created_at,
  deletedAt: row.deleted_at,
})

const open = sql<boolean>`exists (select from vm_run where vm_run.vm_id = vm.id and vm_run.to_at is null)`.as('running')
const vms = (db: Kysely<Database>) => db.selectFrom('vm').selectAll('vm').select(open)

/** A VM that lives, or was given a number once and is gone: `deletedAt` tells. */
export async function findVm(db: Kysely<Database>, id: number): Promise<Vm | null> {
  const row = await vms(db).where('id', '=', BigInt(id)).executeTakeFirst()
  return row ? fromRow(row) : null
}

/** A VM with its row locked until the transaction ends. */
export async function lockVm(tx: Tx<Database>, id: number): Promise<Vm | null> {
  // Locked first and read then: what was decided while we waited must be seen.
  await tx.selectFrom('vm').select('id').where('id', '=', BigInt(id)).forUpdate().execute()
  return findVm(tx, id)
}

/** Which VMs: of one account, site, creator or host. */
export type Of = { account: number } | { site: number } | { creator: number } | { host: number }

const columnOf = { account: 'account_id', site: 'site_id', creator: 'created_by', host: 'host_id' } as const

/** Living VMs, locked in the order of their ids. */
export async function lockVms(tx: Tx<Database>, of: Of): Promise<Vm[]> {
  const [key, id] = Object.entries(of)[0] as [keyof typeof columnOf, number]
  const which = (at: { ref(column: (typeof columnOf)[keyof typeof columnOf]): Expression<bigint> }) =>
    sql<SqlBool>`${at.ref(columnOf[key])} = ${BigInt(id)} and deleted_at is null`
  await tx.selectFrom('vm').select('id').where(which).orderBy('id').forUpdate().execute()
  return (await vms(tx).where(which).orderBy('id').execute()).map(fromRow)
}

/** A page of an account's living VMs, oldest first, one more than `limit`. */
export async function listVms(db: Kysely<Database>, accountId: number, limit: number, after = 0): Promise<Vm[]> {
  const rows = await vms(db)
    .where('account_id', '=', BigInt(accountId))
    .where('deleted_at', 'is', null)
    .where('id', '>', BigInt(after))
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  return rows.map(fromRow)
}

/** Living VMs of a host. */
export async function vmsOfHost(db: Kysely<Database>, hostId: number): Promise<Vm[]> {
  const rows = await vms(db).where('host_id', '=', BigInt(hostId)).where('deleted_at', 'is', null).execute()
  return rows.map(fromRow)
}

/** Ids of a host's VMs that are not yet what they should be. */
export async function unsettledIds(db: Kysely<Database>, hostId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('vm')
    .select('id')
    .where('host_id', '=', BigInt(hostId))
    .where('settled', '=', false)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .limit(500)
    .execute()
  return rows.map(row => Number(row.id))
}

export type NewVm = Pick<
  Vm,
  'accountId' | 'createdBy' | 'siteId' | 'hostId' | 'networkId' | 'address' | 'name' | 'vmType' | 'image'
> &
  Pick<Vm, 'supplyClass' | 'vcpus' | 'memoryMib' | 'diskGib' | 'userData' | 'cpuCapped' | 'createdAt'>

export async function insertVm(tx: Tx<Database>, vm: NewVm): Promise<Vm> {
  const row = await tx
    .insertInto('vm')
    .values({
      account_id: vm.accountId,
      created_by: vm.createdBy,
      site_id: vm.siteId,
      host_id: vm.hostId,
      network_id: vm.networkId,
      address: vm.address,
      name: vm.name,
      vm_type: vm.vmType,
      image: vm.image,
      supply_class: vm.supplyClass,
      vcpus: vm.vcpus,
      memory_mib: vm.memoryMib,
      disk_gib: vm.diskGib,
      user_data: vm.userData,
      cpu_capped: vm.cpuCapped,
      created_at: vm.createdAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return fromRow({ ...row, running: false })
}

/** Writes back everything that changes in a VM's life; the row must be locked. */
export async function saveVm(tx: Tx<Database>, vm: Vm): Promise<void> {
  await tx
    .updateTable('vm')
    .set({
      name: vm.name,
      wish: vm.wish,
      holds: vm.holds,
      cpu_capped: vm.cpuCapped,
      reboot_of: vm.rebootOf,
      generation: vm.generation,
      reason: vm.reason,
      stop_at: vm.stopAt,
      resume_at: vm.resumeAt,
      status: vm.status,
      status_reason: vm.statusReason,
      observed_at: vm.observedAt,
      run: vm.run,
      booted_at: vm.bootedAt,
      host_key_fingerprint: vm.hostKeyFingerprint,
      crashes: vm.crashes,
      crashed_at: vm.crashedAt,
      settled: vm.settled,
      version: vm.version,
      deleted_at: vm.deletedAt,
    })
    .where('id', '=', BigInt(vm.id))
    .execute()
}
