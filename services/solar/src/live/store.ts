import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'
import type { Measure } from '../format/format.ts'
import type { Presence } from './freshness.ts'
import type { StoredDevice, StoredSite } from './observe.ts'

/** The last words of every device of these sites (of all sites when none is named). */
export async function loadSites(db: Kysely<Database>, siteIds?: readonly number[]): Promise<StoredSite[]> {
  if (siteIds?.length === 0) return []
  const ids = siteIds?.map(BigInt)
  const sites = await db
    .selectFrom('site')
    .select(['id', 'lat', 'lon'])
    .$if(ids !== undefined, query => query.where('id', 'in', ids ?? []))
    .orderBy('id')
    .execute()
  const devices = await loadDevices(db, ids)
  return sites.map(site => ({
    siteId: Number(site.id),
    place: { lat: Number(site.lat), lon: Number(site.lon) },
    devices: devices.filter(device => device.siteId === Number(site.id)),
  }))
}

async function loadDevices(
  db: Kysely<Database>,
  ids: readonly bigint[] | undefined,
): Promise<(StoredDevice & { siteId: number })[]> {
  const rows = await db
    .selectFrom('inverter')
    .innerJoin('inverter_state', 'inverter_state.inverter_id', 'inverter.id')
    .select(['id', 'site_id', 'vendor', 'measures', 'seen_at', 'interval_ms', 'online', 'cause'])
    .$if(ids !== undefined, query => query.where('site_id', 'in', ids ?? []))
    .orderBy('id')
    .execute()
  const values = await db
    .selectFrom('live_value')
    .innerJoin('inverter', 'inverter.id', 'live_value.inverter_id')
    .select(['live_value.inverter_id', 'quantity', 'part', 'value'])
    .$if(ids !== undefined, query => query.where('site_id', 'in', ids ?? []))
    .execute()
  return rows.map(row => ({
    inverterId: Number(row.id),
    siteId: Number(row.site_id),
    vendor: row.vendor,
    measures: row.measures as Measure[],
    seenAt: row.seen_at,
    intervalMs: row.interval_ms,
    said: { online: row.online, cause: row.cause as Presence['cause'] },
    latest: values
      .filter(one => one.inverter_id === row.id)
      .map(one => ({ quantity: one.quantity, part: one.part, value: one.value === null ? null : Number(one.value) })),
  }))
}
