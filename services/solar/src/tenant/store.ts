import type { SupplyClass } from '@sahary/contracts/ladder'
import type { Tx } from '@sahary/db/connect'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../app.ts'

export type TenantVm = {
  vmId: number
  accountId: number
  siteId: number
  supplyClass: SupplyClass
  vcpus: number
  running: boolean
  deleted: boolean
}

/** Keeps what compute says of a VM. */
export async function keepVm(tx: Tx<Database>, vm: TenantVm): Promise<void> {
  const row = {
    account_id: vm.accountId,
    site_id: vm.siteId,
    supply_class: vm.supplyClass,
    vcpus: vm.vcpus,
    running: vm.running,
    deleted: vm.deleted,
  }
  await tx
    .insertInto('site_vm')
    .values({ vm_id: vm.vmId, ...row })
    .onConflict(conflict => conflict.column('vm_id').doUpdateSet(row))
    .execute()
}

/** True when the VM ran the last time we heard of it. */
export async function wasRunning(tx: Tx<Database>, vmId: number): Promise<boolean> {
  const row = await tx.selectFrom('site_vm').select('running').where('vm_id', '=', BigInt(vmId)).executeTakeFirst()
  return row?.running ?? false
}

/** What runs at each site: VMs and virtual processors. */
export async function runningBySite(db: Kysely<Database>): Promise<Map<number, { vms: number; vcpus: number }>> {
  const rows = await db
    .selectFrom('site_vm')
    .select(['site_id', sql<number>`count(*)::int`.as('vms'), sql<number>`sum(vcpus)::int`.as('vcpus')])
    .where('running', '=', true)
    .groupBy('site_id')
    .execute()
  return new Map(rows.map(row => [Number(row.site_id), { vms: row.vms, vcpus: row.vcpus }]))
}

/** The sites at which an account has VMs. */
export async function sitesOfAccount(db: Kysely<Database>, accountId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('site_vm')
    .select('site_id')
    .distinct()
    .where('account_id', '=', BigInt(accountId))
    .where('deleted', '=', false)
    .orderBy('site_id')
    .execute()
  return rows.map(row => Number(row.site_id))
}
