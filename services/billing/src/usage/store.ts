import type { EventData } from '@sahary/contracts/events'
import { SupplyClass } from '@sahary/contracts/ladder'
import type { Tx } from '@sahary/db/connect'
import { atCommit } from '@sahary/db/transaction'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../app.ts'
import { sumOf } from '../money/money.ts'
import type { Usage } from '../rating/rating.ts'

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

/** The usage of an account that no invoice has, of before `until`, oldest first. */
export async function unbilledUsage(db: Kysely<Database>, accountId: number, until?: Date): Promise<Usage[]> {
  const rows = await db
    .selectFrom('usage as u')
    .selectAll('u')
    .where('u.account_id', '=', BigInt(accountId))
    .$if(until !== undefined, query => query.where('u.from_at', '<', until ?? new Date(0)))
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('billed_usage as b').select('b.usage_id').whereRef('b.usage_id', '=', 'u.usage_id'))),
    )
    .orderBy('u.from_at')
    .orderBy('u.usage_id')
    .execute()
  return rows.map(row => ({
    usageId: Number(row.usage_id),
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

/** Ties usage to the invoice it is on; one that is on another invoice already refuses the whole. */
export async function billUsage(tx: Tx<Database>, invoiceId: number, usageIds: readonly number[]): Promise<void> {
  await sql`
    insert into billed_usage (usage_id, invoice_id)
    select id, ${invoiceId} from jsonb_array_elements_text(${JSON.stringify(usageIds)}::jsonb) as ids (text),
                                 lateral (select text::bigint as id) as numbers
  `.execute(tx)
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
       and exists (select from usage u where u.account_id = a.account_id and u.from_at < ${until}
                      and not exists (select from billed_usage b where b.usage_id = u.usage_id))
       and not exists (select from billing_period p where p.account_id = a.account_id and p.period_to >= ${until})
     order by a.account_id limit ${limit}
  `.execute(db)
  return rows.map(row => Number(row.account_id))
}
