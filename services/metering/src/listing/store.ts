import { type Kysely, sql } from 'kysely'
import type { Database } from '../app.ts'
import { energyOf } from '../energy/columns.ts'
import { energyText, totalEnergy } from '../energy/energy.ts'
import { placeOf } from '../life/columns.ts'
import { scaled, unscaled } from '../quantity/quantity.ts'
import type { UsageRecord, UsageTotals } from './listing.ts'

/** What of an account is asked for: usage that began in `[from, to)`, of all its VMs or of one. */
export type Asked = { accountId: number; vmId: number | undefined; from: Date; to: Date }

const usageOf = (db: Kysely<Database>, { accountId, vmId, from, to }: Asked) =>
  db
    .selectFrom('usage')
    .where('account_id', '=', BigInt(accountId))
    .where('from_at', '>=', from)
    .where('from_at', '<', to)
    .$if(vmId !== undefined, query => query.where('vm_id', '=', BigInt(vmId ?? 0)))

/** Newest first; `after` is the position of the last record of the page before. */
export async function listUsage(
  db: Kysely<Database>,
  asked: Asked,
  after: { from: Date; id: number } | undefined,
  limit: number,
): Promise<UsageRecord[]> {
  const rows = await usageOf(db, asked)
    .selectAll()
    .$if(after !== undefined, query =>
      query.where(sql<boolean>`(from_at, id) < (${after?.from}::timestamptz, ${after?.id}::bigint)`),
    )
    .orderBy('from_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(row => {
    const { siteId, vmName, spec } = placeOf(row)
    return {
      id: Number(row.id),
      vmId: Number(row.vm_id),
      vmName,
      siteId,
      spec,
      from: row.from_at.toISOString(),
      to: row.to_at.toISOString(),
      ...takenOf(row),
      energyWh: energyText(energyOf(row)),
      adjustsUsageId: row.adjusts_id === null ? null : Number(row.adjusts_id),
      reason: row.reason as UsageRecord['reason'],
    }
  })
}

/** Sums over everything that is asked for, whatever page is shown. */
export async function totalUsage(db: Kysely<Database>, asked: Asked): Promise<UsageTotals> {
  const sum = (column: string) => sql<string>`coalesce(sum(${sql.ref(column)}), 0)`
  const row = await usageOf(db, asked)
    .select([
      sum('running_seconds').as('running_seconds'),
      sum('vcpu_seconds').as('vcpu_seconds'),
      sum('memory_mib_seconds').as('memory_mib_seconds'),
      sum('disk_gib_seconds').as('disk_gib_seconds'),
      sum('shed_seconds').as('shed_seconds'),
      sum('solar_wh').as('solar_wh'),
      sum('battery_wh').as('battery_wh'),
      sum('grid_wh').as('grid_wh'),
      sum('generator_wh').as('generator_wh'),
      sql<string>`trunc(coalesce(sum(running_seconds), 0) / 3600, 3)`.as('running_hours'),
    ])
    .executeTakeFirstOrThrow()
  return {
    ...takenOf(row),
    runningHours: shortest(row.running_hours),
    energyWh: energyText(energyOf(row)),
    totalWh: unscaled(totalEnergy(energyOf(row))),
  }
}

const shortest = (text: string): string => unscaled(scaled(text))

type TakenRow = Record<`${'running' | 'vcpu' | 'memory_mib' | 'disk_gib' | 'shed'}_seconds`, string>
const takenOf = (row: TakenRow) => ({
  runningSeconds: shortest(row.running_seconds),
  vcpuSeconds: shortest(row.vcpu_seconds),
  memoryMibSeconds: shortest(row.memory_mib_seconds),
  diskGibSeconds: shortest(row.disk_gib_seconds),
  shedSeconds: shortest(row.shed_seconds),
})
