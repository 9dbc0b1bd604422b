import type { SpineTables } from '@sahary/db/spine'
import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/** A row that the relay publishes; `data` is JSON text, `time` RFC 3339. */
export type Waiting = {
  day: string
  id: bigint
  event_id: string
  type: string
  subject: string
  sequence: bigint
  time: string
  traceparent: string | null
  data: string
  /** Transactions before the first had ended when this was read; the last and later ones had not begun. */
  ended_before: bigint
  begun_before: bigint
}

/** Where a row lies in the stream; `duplicate` when it lay there before. */
export type Placed = { day: string; id: bigint; seq: number; duplicate: boolean }

type Db = Kysely<SpineTables>

/**
 * The oldest unpublished rows beyond `floor` in order. By predicate: a position would pass over rows committed late,
 * unless it is one that nothing can come below any more (`floorAfter`). A transaction can be seen before it is on the
 * disk; where something waits, this one writes too, and its own commit waits for the disk and for all before it.
 */
export async function waiting(db: Db, limit: number, floor: bigint): Promise<Waiting[]> {
  const { rows } = await sql<Waiting>`/* prepared waiting */
    select day, id, event_id, type, subject, sequence, traceparent, data::text as data,
           to_char(occurred_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as time,
           pg_snapshot_xmin(pg_current_snapshot())::text::bigint as ended_before,
           pg_snapshot_xmax(pg_current_snapshot())::text::bigint as begun_before,
           (select pg_logical_emit_message(true, 'relay', '')) is not null as is_safe
      from outbox where published_at is null and id > ${floor} order by id limit ${limit}
  `.execute(db)
  return rows
}

/** How many wait, and for how long the oldest has, in seconds. */
export async function backlog(db: Db): Promise<{ count: number; oldestS: number }> {
  const { rows } = await sql<{ count: bigint; oldest: number }>`
    select count(*) as count, coalesce(extract(epoch from clock_timestamp() - min(created_at)), 0)::float8 as oldest
      from outbox where published_at is null
  `.execute(db)
  return { count: Number(rows[0]!.count), oldestS: rows[0]!.oldest }
}

/** Notes what the stream has acknowledged. Gives false when another leader has taken over since. */
export async function markPublished(db: Db, epoch: bigint, placed: readonly Placed[]): Promise<boolean> {
  for (const day of new Set(placed.map(each => each.day))) {
    const ofDay = placed.filter(each => each.day === day)
    const { rows } = await sql<{ leads: boolean }>`/* prepared mark_published */
      select mark_published(${day}::date, ${epoch}::bigint, ${ofDay.map(each => each.id)}::bigint[],
                            ${ofDay.map(each => each.seq)}::bigint[]) as leads
    `.execute(db)
    if (!rows[0]?.leads) return false
  }
  return true
}

/** What the relay last knew of its stream. */
export async function position(db: Db): Promise<{ highest: bigint; created: string | null }> {
  const { rows } = await sql<{ highest_seq: bigint; stream_created: string | null }>`
    select highest_seq, stream_created from relay
  `.execute(db)
  return { highest: rows[0]!.highest_seq, created: rows[0]!.stream_created }
}

/** Notes which stream it is and where it ends. */
export async function setPosition(db: Db, highest: number | bigint, created: string): Promise<void> {
  await sql`update relay set highest_seq = ${highest}, stream_created = ${created}`.execute(db)
}

const window = 10_000

/** Has every kept row that lay beyond `lastSeq` of the stream published again. Gives how many. */
export async function unpublishBeyond(db: Db, lastSeq: number): Promise<number> {
  let total = 0
  let day = await nextDay(db, null)
  while (day !== null) {
    total += await unpublishDay(db, day, lastSeq)
    day = await nextDay(db, day)
  }
  return total
}

async function unpublishDay(db: Db, day: string, lastSeq: number): Promise<number> {
  const { rows } = await sql<{ first: bigint | null; last: bigint | null }>`
    select min(id) as first, max(id) as last from outbox where day = ${day}::date
  `.execute(db)
  const { first, last } = rows[0]!
  if (first === null || last === null) return 0
  let total = 0
  for (let from = first; from <= last; from += BigInt(window)) {
    const done = await sql`
      update outbox set published_at = null, stream_seq = null
       where day = ${day}::date and id >= ${from} and id < ${from + BigInt(window)} and stream_seq > ${lastSeq}
    `.execute(db)
    total += Number(done.numAffectedRows ?? 0)
  }
  return total
}

async function nextDay(db: Db, after: string | null): Promise<string | null> {
  const { rows } = await sql<{ day: string | null }>`
    select min(day) as day from outbox where ${after}::date is null or day > ${after}::date
  `.execute(db)
  return rows[0]!.day
}

/** Makes the coming days' partitions of outbox and inbox and drops those nobody can need. */
export async function keepPartitions(db: Db): Promise<void> {
  await sql`select keep_partitions((now() at time zone 'utc')::date)`.execute(db)
}

/** Forgets the answers to requests that were made two days ago; they are repeated for one. */
export async function forgetAnswers(db: Db): Promise<void> {
  await sql`delete from idempotent_answer where created_at < now() - interval '2 days'`.execute(db)
}
