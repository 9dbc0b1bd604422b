import { serviceNames } from '@sahary/contracts/services'
import { eventually } from '@sahary/testing/eventually'
import type pg from 'pg'

/** What the platform writes by itself while nobody asks for anything: its own pulse, which proves nothing of a request. */
const pulse: Record<string, readonly string[] | 'all'> = {
  'compute.host': ['last_seen_at', 'beat_at'],
  'compute.vm_lease': 'all',
  'compute.reading': 'all',
  'compute.slot_use': 'all',
  'gateway.business_clock': ['kept_at'],
}

/** A digest of every table of every service, by table. */
export type Rows = Record<string, string>

/** Reads all that is kept, as a superuser. Two equal readings mean that no row was added, changed or removed. */
export async function openRows(pool: pg.Pool): Promise<() => Promise<Rows>> {
  const { rows: tables } = await pool.query<{ place: string; columns: string[] }>(
    `select format('%I.%I', n.nspname, c.relname) as place, array_agg(a.attname::text order by a.attnum) as columns
       from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
      where n.nspname = any($1) and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0
        and not a.attisdropped
      group by 1 order by 1`,
    [serviceNames],
  )
  const digests = tables
    .filter(({ place }) => pulse[place] !== 'all')
    .map(({ place, columns }) => {
      const kept = columns.filter(column => !pulse[place]?.includes(column)).map(column => `t."${column}"`)
      const digest = `sum(hashtextextended(row(${kept.join(', ')})::text, 0))`
      return `select '${place}' as place, concat_ws(' ', count(*), ${digest}) as digest from ${place} t`
    })
  const query = { name: 'rows', text: digests.join(' union all ') }
  let last = { end: '', read: {} as Rows }
  return async () => {
    // Nothing is committed without a word in the log: while it stands still, so does everything.
    const { rows: log } = await pool.query<{ end: string }>('select pg_current_wal_insert_lsn()::text as end')
    const end = log[0]!.end
    if (end === last.end) return last.read
    const { rows } = await pool.query<{ place: string; digest: string }>(query)
    last = { end, read: Object.fromEntries(rows.map(({ place, digest }) => [place, digest])) }
    return last.read
  }
}

/** The tables in which something moved. */
export const moved = (before: Rows, after: Rows): string[] =>
  Object.keys(after).filter(place => before[place] !== after[place])

/** All that is kept once nothing of an earlier request is on its way any more: for `stillMs` nothing has moved. */
export async function atRest(read: () => Promise<Rows>, stillMs = 40): Promise<Rows> {
  let last: Rows = {}
  const isStill = async () => {
    const [before, now] = [last, await read()]
    last = now
    const places = moved(before, now)
    if (places.length > 0) throw new Error(`${places} do not come to rest`)
  }
  await eventually(isStill, { withinMs: 30_000, everyMs: stillMs })
  return last
}
