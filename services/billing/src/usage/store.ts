import type { EventData } from '@sahary/contracts/events'
import { SupplyClass } from '@sahary/contracts/ladder'
import type { Tx } from '@sahary/db/connect'
import { atCommit } from '@sahary/db/transaction'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Database } from '../app.ts'
import { sumOf } from '../money/money.ts'
import { billingZone } from '../period/period.ts'
import type { Usage } from '../rating/rating.ts'
import type { Usage as Recorded } from '../tables.ts'

/** Keeps what metering said, once per usage id. */
export async function addUsage(
  tx: Tx<Database>,
  said: EventData<'usage.recorded'>,
  adjustsUsageId: number | null,
): Promise<void> {
  const insert = tx
    .insertInto('usage')
    .values({
      usage_id: said.usageId,
      account_id: said.accountId,
      vm_id: said.vmId,
      vm_name: said.vmName,
      vm_type: said.spec.vmType,
      supply_class: said.spec.supplyClass,
      from_at: said.from,
      to_at: said.to,
      vcpu_seconds: said.vcpuSeconds,
      memory_mib_seconds: said.memoryMibSeconds,
      disk_gib_seconds: said.diskGibSeconds,
      shed_seconds: said.shedSeconds,
      solar_wh: said.energyWh.solar,
      battery_wh: said.energyWh.battery,
      grid_wh: said.energyWh.grid,
      generator_wh: said.energyWh.generator,
      adjusts_usage_id: adjustsUsageId,
    })
    .onConflict(conflict => conflict.doNothing())
  await atCommit(tx, insert)
}

/**
 * The usage of an account that no invoice has, summed exactly where it is priced alike: per VM, type, promise of power,
 * Cairo's month and price list.
 */
export async function unbilledUsage(db: Kysely<Database>, accountId: number): Promise<Usage[]> {
  const { rows } = await sql<UsageRow>`
    select vm_id, (array_agg(vm_name order by from_at desc, usage_id))[1] as vm_name, vm_type, supply_class,
           max(from_at) as from_at, array_agg(usage_id) as usage_ids,
           sum(vcpu_seconds) as vcpu_seconds, sum(memory_mib_seconds) as memory_mib_seconds,
           sum(disk_gib_seconds) as disk_gib_seconds, sum(solar_wh) as solar_wh, sum(battery_wh) as battery_wh,
           sum(grid_wh) as grid_wh, sum(generator_wh) as generator_wh
      from usage
     where account_id = ${accountId} and invoice_id is null
     group by vm_id, vm_type, supply_class, date_trunc('month', from_at, ${sql.lit(billingZone)}),
              width_bucket(from_at, (select array_agg(valid_from order by valid_from) from price_list))
  `.execute(db)
  return rows.map(row => ({
    usageIds: row.usage_ids,
    vmId: Number(row.vm_id),
    vmName: row.vm_name,
    vmType: row.vm_type,
    supplyClass: SupplyClass.parse(row.supply_class),
    from: row.from_at,
    vcpuSeconds: row.vcpu_seconds,
    memoryMibSeconds: row.memory_mib_seconds,
    diskGibSeconds: row.disk_gib_seconds,
    energy: {
      solar: sumOf([row.solar_wh]),
      battery: sumOf([row.battery_wh]),
      grid: sumOf([row.grid_wh]),
      generator: sumOf([row.generator_wh]),
    },
  }))
}

type UsageRow = Pick<
  Selectable<Recorded>,
  | 'vm_id'
  | 'vm_name'
  | 'vm_type'
  | 'supply_class'
  | 'from_at'
  | 'vcpu_seconds'
  | 'memory_mib_seconds'
  | 'disk_gib_seconds'
  | 'solar_wh'
  | 'battery_wh'
  | 'grid_wh'
  | 'generator_wh'
> & { usage_ids: bigint[] }

/** Ties usage to the invoice it is on; one that is on another invoice already refuses the whole. */
export async function billUsage(tx: Tx<Database>, invoiceId: number, usageIds: readonly bigint[]): Promise<void> {
  for (let start = 0; start < usageIds.length; start += 10_000) {
    const ids = usageIds.slice(start, start + 10_000)
    await sql`update usage set invoice_id = ${invoiceId} where usage_id = any(${ids}::bigint[])`.execute(tx)
  }
}

/** Accounts with unbilled usage of before `until`, whose month that ends there is not closed. */
export async function accountsToClose(
  db: Kysely<Database>,
  until: Date,
  after: number,
  limit: number,
): Promise<number[]> {
  const { rows } = await sql<{ account_id: bigint }>`
    select a.account_id from account a
     where a.account_id > ${after}
       and exists (select from usage u
                    where u.account_id = a.account_id and u.from_at < ${until} and u.invoice_id is null)
       and not exists (select from billing_period p where p.account_id = a.account_id and p.period_to >= ${until})
     order by a.account_id limit ${limit}
  `.execute(db)
  return rows.map(row => Number(row.account_id))
}
