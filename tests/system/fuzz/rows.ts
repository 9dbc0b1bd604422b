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

/** A digest of every table of every service, by table: the sum of what its rows hash to. */
export type Rows = Record<string, bigint>
type Read = { place: string; digest: string }
type Table = { place: string; columns: string[] }

/** What a row hashes to, leaving out the platform's pulse. */
const hashOf = ({ place, columns }: Table, row: string): string =>
  `hashtextextended(row(${columns
    .filter(column => !pulse[place]?.includes(column))
    .map(column => `${row}."${column}"`)
    .join(', ')})::text, 0)`

/**
 * Watches all that is kept. `read` gives what it is now: two equal readings mean that no row was added, changed or
 * removed. To read whole tables for every request would take longer the more of them were made; so triggers write down
 * by how much each row that is written moves its table's digest, in the transaction that writes it, and a reading takes
 * what was written down. `unseen` reads the tables whole: those that moved in a way the triggers did not tell.
 */
export async function openRows(pool: pg.Pool): Promise<{ read: () => Promise<Rows>; unseen: () => Promise<string[]> }> {
  const tables = await tablesOf(pool)
  await pool.query('create schema fuzz; create unlogged table fuzz.move (place text, digest numeric)')
  // One by one: a lock on several tables might wait for the platform, which waits for it.
  for (const table of tables) await pool.query(triggerOn(table))
  const taken = 'delete from fuzz.move returning place, digest'
  const digests = tables.map(
    table =>
      `select '${table.place}' as place, coalesce(sum(${hashOf(table, 't')}), 0) as digest
         from ${table.place} t`,
  )
  // One statement, and so one moment: what was written down until then, and what the tables hold then.
  const whole = `with taken as (${taken}) select place, digest, true as is_move from taken
    union all select *, false from (${digests.join(' union all ')}) t`
  const readWhole = async () => {
    const { rows } = await pool.query<Read & { is_move: boolean }>(whole)
    const [moves, held] = [rows.filter(row => row.is_move), rows.filter(row => !row.is_move)]
    return { moves, held: added({}, held) }
  }
  let { held: last } = await readWhole()
  return {
    read: async () => {
      const { rows } = await pool.query<Read>({ name: 'moves', text: taken })
      last = added(last, rows)
      return last
    },
    unseen: async () => {
      const { moves, held } = await readWhole()
      const told = added(last, moves)
      last = held
      return moved(told, held)
    },
  }
}

async function tablesOf(pool: pg.Pool): Promise<Table[]> {
  const { rows } = await pool.query<Table>(
    `select format('%I.%I', n.nspname, c.relname) as place, array_agg(a.attname::text order by a.attnum) as columns
       from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
      where n.nspname = any($1) and c.relkind in ('r', 'p') and not c.relispartition and a.attnum > 0
        and not a.attisdropped
      group by 1 order by 1`,
    [serviceNames],
  )
  return rows.filter(({ place }) => pulse[place] !== 'all')
}

/** Of the watcher's rights and settings, whoever writes the row. A trigger on a partitioned table is on each part. */
const triggerOn = (table: Table): string => `
  create function fuzz."${table.place}"() returns trigger language plpgsql security definer set timezone = 'UTC' as $$
  declare
    was numeric := case when tg_op <> 'INSERT' then ${hashOf(table, 'old')} else 0 end;
    becomes numeric := case when tg_op <> 'DELETE' then ${hashOf(table, 'new')} else 0 end;
  begin
    if was <> becomes then insert into fuzz.move values ('${table.place}', becomes - was); end if;
    return null;
  end $$;
  create trigger fuzz after insert or update or delete on ${table.place}
    for each row execute function fuzz."${table.place}"()`

function added(rows: Rows, moves: Read[]): Rows {
  const sum = { ...rows }
  for (const { place, digest } of moves) sum[place] = (sum[place] ?? 0n) + BigInt(digest)
  return sum
}

/** The tables in which something moved. */
export const moved = (before: Rows, after: Rows): string[] =>
  Object.keys(after).filter(place => before[place] !== after[place])

/** All that is kept once nothing of an earlier request is on its way any more: for `stillMs` nothing has moved. */
export async function atRest(read: () => Promise<Rows>, stillMs = 40): Promise<Rows> {
  let last = await read()
  let since = performance.now()
  const isStill = async () => {
    const now = await read()
    const places = moved(last, now)
    last = now
    if (places.length > 0) since = performance.now()
    if (performance.now() - since < stillMs) throw new Error(`${places} do not come to rest`)
  }
  await eventually(isStill, { withinMs: 30_000, everyMs: 5 })
  return last
}
