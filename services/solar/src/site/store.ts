import type { Tx } from '@sahary/db/connect'
import type { Kysely, Selectable } from 'kysely'
import type { Database } from '../app.ts'
import { startState } from '../power/step.ts'
import type { Site as SiteRow } from '../tables.ts'
import type { Site, SiteFields, SolarArray } from './site.ts'

const toRow = (fields: SiteFields) => ({
  name: fields.name,
  lat: String(fields.lat),
  lon: String(fields.lon),
  timezone: fields.timezone,
  rated_w: fields.ratedW,
  baseline_w: fields.baselineW,
  battery_capacity_wh: fields.batteryCapacityWh,
  battery_usable_wh: fields.batteryUsableWh,
  battery_reserve_percent: fields.batteryReservePercent,
  has_grid: fields.hasGrid,
  backup_source: fields.backupSource,
  notice_s: fields.noticeS,
  ladder: JSON.stringify(fields.ladder),
})

const fromRow = (row: Selectable<SiteRow>, arrays: SolarArray[]): Site => ({
  siteId: Number(row.id),
  name: row.name,
  lat: Number(row.lat),
  lon: Number(row.lon),
  timezone: row.timezone,
  ratedW: row.rated_w,
  baselineW: row.baseline_w,
  batteryCapacityWh: row.battery_capacity_wh,
  batteryUsableWh: row.battery_usable_wh,
  batteryReservePercent: row.battery_reserve_percent,
  hasGrid: row.has_grid,
  backupSource: row.backup_source as Site['backupSource'],
  noticeS: row.notice_s,
  ladder: row.ladder as Site['ladder'],
  arrays,
  version: row.version,
  createdAt: row.created_at,
})

/** Adds a site with its arrays, its place on the ladder (normal) and its slot cursor; gives its id. */
export async function addSite(tx: Tx<Database>, fields: SiteFields, at: Date, siteId?: number): Promise<number> {
  const row = await tx
    .insertInto('site')
    .values({ ...(siteId === undefined ? {} : { id: siteId }), ...toRow(fields), created_at: at })
    .returning('id')
    .executeTakeFirstOrThrow()
  const id = Number(row.id)
  await saveArrays(tx, id, fields.arrays)
  await tx.insertInto('slot_cursor').values({ site_id: id }).execute()
  const { level, since, discharging } = startState(at)
  await tx.insertInto('power_state').values({ site_id: id, level, since, discharging }).execute()
  return id
}

/** Writes a site's fields and makes its version one higher. */
export async function saveSite(tx: Tx<Database>, site: Site, fields: SiteFields): Promise<void> {
  await tx
    .updateTable('site')
    .set({ ...toRow(fields), version: site.version + 1 })
    .where('id', '=', BigInt(site.siteId))
    .execute()
  await tx.deleteFrom('solar_array').where('site_id', '=', BigInt(site.siteId)).execute()
  await saveArrays(tx, site.siteId, fields.arrays)
}

async function saveArrays(tx: Tx<Database>, siteId: number, arrays: readonly SolarArray[]): Promise<void> {
  if (arrays.length === 0) return
  await tx
    .insertInto('solar_array')
    .values(
      arrays.map(array => ({
        site_id: siteId,
        name: array.name,
        peak_w: array.peakW,
        tilt_deg: String(array.tiltDeg),
        azimuth_deg: String(array.azimuthDeg),
      })),
    )
    .execute()
}

/** The site, or undefined; `lock` keeps others from changing it until the transaction ends. */
export async function findSite(db: Kysely<Database>, siteId: number, lock = false): Promise<Site | undefined> {
  const query = db.selectFrom('site').selectAll().where('id', '=', BigInt(siteId))
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst()
  return row && (await withArrays(db, [row]))[0]
}

/** A page of sites in the order of their ids, after `after`. */
export async function pageOfSites(db: Kysely<Database>, after: number, limit: number): Promise<Site[]> {
  const rows = await db
    .selectFrom('site')
    .selectAll()
    .where('id', '>', BigInt(after))
    .orderBy('id')
    .limit(limit)
    .execute()
  return withArrays(db, rows)
}

async function withArrays(db: Kysely<Database>, rows: Selectable<SiteRow>[]): Promise<Site[]> {
  if (rows.length === 0) return []
  const arrays = await db
    .selectFrom('solar_array')
    .selectAll()
    .where(
      'site_id',
      'in',
      rows.map(row => row.id),
    )
    .orderBy('id')
    .execute()
  return rows.map(row => fromRow(row, arrays.filter(array => array.site_id === row.id).map(arrayOf)))
}

const arrayOf = (row: { name: string; peak_w: number; tilt_deg: string; azimuth_deg: string }): SolarArray => ({
  name: row.name,
  peakW: row.peak_w,
  tiltDeg: Number(row.tilt_deg),
  azimuthDeg: Number(row.azimuth_deg),
})
