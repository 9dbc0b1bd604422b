import type { PowerLevel } from '@sahary/contracts/ladder'
import type { Tx } from '@sahary/db/connect'
import type { Kysely, Selectable } from 'kysely'
import type { Database } from '../app.ts'
import type { PowerState as PowerRow } from '../tables.ts'
import type { PowerSite } from './inputs.ts'
import type { Change, PowerState } from './step.ts'

const fromRow = (row: Selectable<PowerRow>): PowerState => ({
  level: row.level as PowerLevel,
  since: row.since,
  loweringSince: row.lowering_since,
  raisingSince: row.raising_since,
  calmSince: row.calm_since,
  discharging: row.discharging,
  noticeEndsAt: row.notice_ends_at,
  override:
    row.override_level && row.override_until
      ? { level: row.override_level as PowerLevel, until: row.override_until }
      : null,
})

/** Where a site stands; with `lock`, nobody else steps until the transaction ends. */
export async function powerState(db: Kysely<Database>, siteId: number, lock = false): Promise<PowerState> {
  const query = db.selectFrom('power_state').selectAll().where('site_id', '=', BigInt(siteId))
  return fromRow(await (lock ? query.forUpdate() : query).executeTakeFirstOrThrow())
}

export type PowerRecord = {
  siteId: number
  site: PowerSite & { name: string; timezone: string; backupSource: 'grid' | 'generator' | null }
  state: PowerState
}

/** Every site with its equipment and its place on the ladder. */
export async function powerRecords(db: Kysely<Database>): Promise<PowerRecord[]> {
  const rows = await db
    .selectFrom('site')
    .innerJoin('power_state', 'power_state.site_id', 'site.id')
    .selectAll()
    .execute()
  return rows.map(row => ({
    siteId: Number(row.site_id),
    site: {
      name: row.name,
      timezone: row.timezone,
      ratedW: row.rated_w,
      batteryUsableWh: row.battery_usable_wh,
      batteryReservePercent: row.battery_reserve_percent,
      noticeS: row.notice_s,
      ladder: row.ladder as PowerSite['ladder'],
      backupSource: row.backup_source as 'grid' | 'generator' | null,
    },
    state: fromRow(row),
  }))
}

/** Keeps where a site stands. */
export async function savePowerState(tx: Tx<Database>, siteId: number, state: PowerState): Promise<void> {
  await tx
    .updateTable('power_state')
    .set(eb => ({
      level: state.level,
      since: state.since,
      lowering_since: state.loweringSince,
      raising_since: state.raisingSince,
      calm_since: state.calmSince,
      discharging: state.discharging,
      notice_ends_at: state.noticeEndsAt,
      override_level: state.override?.level ?? null,
      override_until: state.override?.until ?? null,
      version: eb('version', '+', 1),
    }))
    .where('site_id', '=', BigInt(siteId))
    .execute()
}

/** Writes one step into the site's history. */
export async function addChange(tx: Tx<Database>, siteId: number, change: Change): Promise<void> {
  await tx
    .insertInto('level_change')
    .values({
      site_id: siteId,
      at: change.at,
      from_level: change.from,
      to_level: change.to,
      cause: change.cause,
      charge_percent: change.chargePercent === null ? null : String(change.chargePercent),
      runtime_min: change.runtimeMin,
      notice_ends_at: change.noticeEndsAt,
    })
    .execute()
}
