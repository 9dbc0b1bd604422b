import type { Tx } from '@sahary/db/connect'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../app.ts'
import { type Sample, type Slot, slotMs, whText } from './slot.ts'

/** Up to where a site's slots are closed (null: none yet); nobody else closes one until the transaction ends. */
export async function lockCursor(tx: Tx<Database>, siteId: number): Promise<Date | null> {
  const row = await tx
    .selectFrom('slot_cursor')
    .select('closed_to')
    .where('site_id', '=', BigInt(siteId))
    .forUpdate()
    .executeTakeFirstOrThrow()
  return row.closed_to
}

/** Sites that have samples in a slot which began at `due` or before and is not closed. */
export async function sitesToClose(db: Kysely<Database>, due: Date): Promise<number[]> {
  const rows = await db
    .selectFrom('slot_cursor as c')
    .select('site_id')
    .where(eb => eb.or([eb('closed_to', 'is', null), eb('closed_to', '<=', due)]))
    .where(eb =>
      eb.exists(
        eb
          .selectFrom('site_sample as s')
          .select('s.at')
          .whereRef('s.site_id', '=', 'c.site_id')
          .where(sql<boolean>`s.at >= coalesce(c.closed_to, '-infinity')`),
      ),
    )
    .orderBy('site_id')
    .execute()
  return rows.map(row => Number(row.site_id))
}

/** Moves a site's cursor. */
export async function saveCursor(tx: Tx<Database>, siteId: number, closedTo: Date): Promise<void> {
  await tx.updateTable('slot_cursor').set({ closed_to: closedTo }).where('site_id', '=', BigInt(siteId)).execute()
}

/** The first sample of a site at or after `from`. */
export async function sampleAfter(tx: Tx<Database>, siteId: number, from: Date): Promise<Date | null> {
  const row = await tx
    .selectFrom('site_sample')
    .select('at')
    .where('site_id', '=', BigInt(siteId))
    .where('at', '>=', from)
    .orderBy('at')
    .limit(1)
    .executeTakeFirst()
  return row?.at ?? null
}

/** The last sample of a site before `to`, and how long it was good. */
export async function sampleBefore(
  tx: Tx<Database>,
  siteId: number,
  to: Date,
): Promise<{ at: Date; holdMs: number } | null> {
  const row = await tx
    .selectFrom('site_sample')
    .select(['at', 'hold_ms'])
    .where('site_id', '=', BigInt(siteId))
    .where('at', '<', to)
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? { at: row.at, holdMs: row.hold_ms } : null
}

/** The samples of a site in [from, to], with the last one before and the first one after. */
export async function samplesAround(tx: Tx<Database>, siteId: number, from: Date, to: Date): Promise<Sample[]> {
  const { rows } = await sql<
    Record<'pv_w' | 'load_w' | 'battery_w' | 'grid_w' | 'generator_w', string | null> & {
      at: Date
      hold_ms: number
    }
  >`
    (select at, hold_ms, pv_w, load_w, battery_w, grid_w, generator_w from site_sample
      where site_id = ${siteId} and at < ${from} and at >= ${new Date(from.getTime() - 4 * 3_600_000)} order by at desc limit 1)
    union all
    (select at, hold_ms, pv_w, load_w, battery_w, grid_w, generator_w from site_sample
      where site_id = ${siteId} and at between ${from} and ${to})
    union all
    (select at, hold_ms, pv_w, load_w, battery_w, grid_w, generator_w from site_sample
      where site_id = ${siteId} and at > ${to} order by at limit 1)
    order by at`.execute(tx)
  const watts = (text: string | null): number | null => (text === null ? null : Number(text))
  return rows.map(row => ({
    atMs: row.at.getTime(),
    holdMs: row.hold_ms,
    pvW: watts(row.pv_w),
    loadW: watts(row.load_w),
    batteryW: watts(row.battery_w),
    gridW: watts(row.grid_w),
    generatorW: watts(row.generator_w),
  }))
}

/** Keeps a closed slot; false when the site has it already. */
export async function addSlot(tx: Tx<Database>, siteId: number, from: Date, slot: Slot): Promise<boolean> {
  const { bySource, flowsMwh } = slot
  const added = await tx
    .insertInto('slot')
    .values({
      site_id: siteId,
      from_at: from,
      to_at: new Date(from.getTime() + slotMs),
      load_wh: whText(slot.loadMwh),
      baseline_wh: whText(slot.baselineMwh),
      solar_wh: whText(bySource.solar),
      battery_wh: whText(bySource.battery),
      grid_wh: whText(bySource.grid),
      generator_wh: whText(bySource.generator),
      produced_wh: whText(slot.producedMwh),
      pv_to_battery_wh: whText(flowsMwh.pvToBattery),
      grid_to_battery_wh: whText(flowsMwh.gridToBattery),
      generator_to_battery_wh: whText(flowsMwh.generatorToBattery),
      pv_to_grid_wh: whText(flowsMwh.pvToGrid),
      quality: slot.quality,
    })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst()
  return added.numInsertedOrUpdatedRows === 1n
}

export type StoredSlot = {
  siteId: number
  from: Date
  to: Date
  loadWh: string
  producedWh: string
  toBatteryWh: string
  toGridWh: string
  bySource: { solar: string; battery: string; grid: string; generator: string }
  quality: 'measured' | 'partial'
}

/** The slots of a site in the local day that `now` lies in; a day of 23 or 25 hours is as long as it is. */
export async function slotsOfDay(
  db: Kysely<Database>,
  siteId: number,
  now: Date,
  timezone: string,
): Promise<StoredSlot[]> {
  const day = sql<Date>`date_trunc('day', ${now}::timestamptz, ${timezone})`
  const rows = await db
    .selectFrom('slot')
    .selectAll()
    .where('site_id', '=', BigInt(siteId))
    .where('from_at', '>=', day)
    .where('from_at', '<=', now)
    .orderBy('from_at')
    .execute()
  return rows.map(row => ({
    siteId,
    from: row.from_at,
    to: row.to_at,
    loadWh: row.load_wh,
    producedWh: row.produced_wh,
    toBatteryWh: row.pv_to_battery_wh,
    toGridWh: row.pv_to_grid_wh,
    bySource: { solar: row.solar_wh, battery: row.battery_wh, grid: row.grid_wh, generator: row.generator_wh },
    quality: row.quality as StoredSlot['quality'],
  }))
}
