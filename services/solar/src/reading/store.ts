import type { Tx } from '@sahary/db/connect'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../app.ts'
import type { DeviceSettings } from '../format/format.ts'
import type { Vendor } from '../format/formats.ts'
import type { SiteLive } from '../live/live.ts'
import type { CounterSample } from './counter.ts'
import type { Seen, Speaker, Stored } from './reading.ts'

/** The devices behind these ids, as far as they exist. */
export async function speakersOf(tx: Tx<Database>, inverterIds: readonly number[]): Promise<Speaker[]> {
  const rows = await tx
    .selectFrom('inverter')
    .innerJoin('inverter_state', 'inverter_state.inverter_id', 'inverter.id')
    .innerJoin('site', 'site.id', 'inverter.site_id')
    .select(['inverter.id', 'site_id', 'site.rated_w', 'vendor', 'settings', 'seen_at', 'interval_ms'])
    .where('inverter.id', 'in', inverterIds.map(BigInt))
    .execute()
  const parts = await tx
    .selectFrom('live_value')
    .select(['inverter_id', 'part', sql<boolean>`bool_or(quantity = 'reachable' and value = 0)`.as('gone')])
    .where('inverter_id', 'in', inverterIds.map(BigInt))
    .groupBy(['inverter_id', 'part'])
    .execute()
  return rows.map(row => {
    const own = parts.filter(one => one.inverter_id === row.id)
    return {
      inverterId: Number(row.id),
      siteId: Number(row.site_id),
      siteRatedW: row.rated_w,
      vendor: row.vendor as Vendor,
      settings: row.settings as DeviceSettings,
      seenAt: row.seen_at,
      intervalMs: row.interval_ms,
      parts: own.map(one => one.part),
      unreachable: own.filter(one => one.gone).map(one => one.part),
    }
  })
}

/** Adds readings in one statement; one that is there already (a redelivery) changes nothing. */
export async function addReadings(tx: Tx<Database>, readings: readonly Stored[]): Promise<void> {
  const known = readings.filter(one => one.value !== null)
  if (known.length === 0) return
  await sql`
    insert into reading (inverter_id, quantity, part, at, value, raw)
    select * from unnest(${known.map(one => one.inverterId)}::bigint[], ${known.map(one => one.quantity)}::text[],
      ${known.map(one => one.part)}::text[], ${known.map(one => one.at.toISOString())}::timestamptz[],
      ${known.map(one => one.value)}::numeric[], ${known.map(one => one.raw)}::text[])
    on conflict do nothing`.execute(tx)
}

/** Makes these the last words of their devices, unless a later one is kept already. */
export async function saveLive(tx: Tx<Database>, readings: readonly Stored[]): Promise<void> {
  const last = new Map(readings.map(one => [`${one.inverterId} ${one.quantity} ${one.part}`, one]))
  // Rows are locked in one order by everybody.
  const rows = [...last].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
  if (rows.length === 0) return
  await sql`
    insert into live_value as v (inverter_id, quantity, part, value, at)
    select * from unnest(${rows.map(one => one.inverterId)}::bigint[], ${rows.map(one => one.quantity)}::text[],
      ${rows.map(one => one.part)}::text[], ${rows.map(one => one.value)}::numeric[],
      ${rows.map(one => one.at.toISOString())}::timestamptz[])
    on conflict (inverter_id, quantity, part) do update set value = excluded.value, at = excluded.at
      where v.at <= excluded.at`.execute(tx)
}

/** Notes when devices were heard and how often they speak. */
export async function saveSeen(tx: Tx<Database>, seen: readonly Seen[]): Promise<void> {
  const rows = seen.toSorted((a, b) => a.inverterId - b.inverterId)
  if (rows.length === 0) return
  await sql`
    update inverter_state s set seen_at = n.seen_at, interval_ms = n.interval_ms
      from unnest(${rows.map(one => one.inverterId)}::bigint[], ${rows.map(one => one.seenAt.toISOString())}::timestamptz[],
        ${rows.map(one => one.intervalMs)}::integer[]) as n (inverter_id, seen_at, interval_ms)
     where s.inverter_id = n.inverter_id`.execute(tx)
}

const numeric = (value: number | null): string | null => (value === null ? null : String(value))

/** Records the powers of a site at one instant; they are good for `holdMs`. */
export async function addSample(
  tx: Tx<Database>,
  siteId: number,
  live: SiteLive,
  { at, holdMs }: { at: Date; holdMs: number },
): Promise<void> {
  await tx
    .insertInto('site_sample')
    .values({
      site_id: siteId,
      at,
      hold_ms: Math.round(holdMs),
      pv_w: numeric(live.pvW),
      load_w: numeric(live.loadW),
      battery_w: numeric(live.batteryW),
      grid_w: numeric(live.gridW),
      generator_w: numeric(live.generatorW),
      charge_percent: numeric(live.chargePercent),
    })
    .onConflict(conflict => conflict.doNothing())
    .execute()
}

/** A counter of one device, part by part, in the order of time. */
export type Series = { inverterId: number; quantity: string; part: string; samples: CounterSample[] }

/** What the energy counters of a site's devices said in a span of time. */
export async function counterSeries(db: Kysely<Database>, siteId: number, from: Date, to: Date): Promise<Series[]> {
  const rows = await db
    .selectFrom('reading')
    .innerJoin('inverter', 'inverter.id', 'reading.inverter_id')
    .select(['inverter_id', 'quantity', 'part', 'at', 'value'])
    .where('site_id', '=', BigInt(siteId))
    .where('quantity', 'in', ['energy_total', 'load_energy_total'])
    .where('at', '>=', from)
    .where('at', '<=', to)
    .orderBy('at')
    .execute()
  const series = new Map<string, Series>()
  for (const row of rows) {
    const key = `${row.inverter_id} ${row.quantity} ${row.part}`
    const one = series.get(key) ?? {
      inverterId: Number(row.inverter_id),
      quantity: row.quantity,
      part: row.part,
      samples: [],
    }
    one.samples.push({ atMs: row.at.getTime(), wh: Number(row.value) })
    series.set(key, one)
  }
  return [...series.values()]
}

/** True when a counter that a site's slots go by was last read within [since, before): its next reading may still come. */
export async function counterOwes(db: Kysely<Database>, siteId: number, since: Date, before: Date): Promise<boolean> {
  const owing = await db
    .selectFrom('live_value')
    .innerJoin('inverter', 'inverter.id', 'live_value.inverter_id')
    .select('quantity')
    .where('site_id', '=', BigInt(siteId))
    .where('value', 'is not', null)
    .where('at', '>=', since)
    .where('at', '<', before)
    .where(
      sql<boolean>`(quantity = 'energy_total' and 'pv' = any (measures)
        or quantity = 'load_energy_total' and part = settings ->> 'loadMeter')`,
    )
    .limit(1)
    .executeTakeFirst()
  return owing !== undefined
}

/** Makes the partitions of the months around `day` and drops what is too old. */
export async function keepMonths(db: Kysely<Database>, day: string): Promise<void> {
  await sql`select keep_months(${day}::date)`.execute(db)
}
