import type { Tx } from '@sahary/db/connect'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Database } from '../app.ts'
import type { VmChange } from '../tables.ts'
import { placeColumns, placeOf } from './columns.ts'
import type { Change, Condition } from './life.ts'

/** How far a VM's life has been recorded. Its row is the lock that everything about the VM's usage takes. */
export type Meter = { vmId: number; beginsAt: Date; recordedTo: Date; behindSince: Date | null }

type MeterRow = { vm_id: bigint; begins_at: Date; recorded_to: Date; behind_since: Date | null }
const meterOf = (row: MeterRow): Meter => ({
  vmId: Number(row.vm_id),
  beginsAt: row.begins_at,
  recordedTo: row.recorded_to,
  behindSince: row.behind_since,
})

/** The VM's meter, locked; made with its first change. */
export async function meterOfChange(tx: Tx<Database>, vmId: number, change: Change): Promise<Meter> {
  await tx
    .insertInto('meter')
    .values({
      vm_id: vmId,
      account_id: change.place.accountId,
      site_id: change.place.siteId,
      begins_at: change.at,
      recorded_to: change.at,
    })
    .onConflict(conflict => conflict.doNothing())
    .execute()
  const row = await tx
    .selectFrom('meter')
    .selectAll()
    .where('vm_id', '=', BigInt(vmId))
    .forUpdate()
    .executeTakeFirstOrThrow()
  return meterOf(row)
}

/** The VM's meter, locked; undefined while another transaction works on it. */
export async function meterIfFree(tx: Tx<Database>, vmId: number): Promise<Meter | undefined> {
  const row = await tx
    .selectFrom('meter')
    .selectAll()
    .where('vm_id', '=', BigInt(vmId))
    .forUpdate()
    .skipLocked()
    .executeTakeFirst()
  return row && meterOf(row)
}

export async function saveMeter(tx: Tx<Database>, meter: Meter, siteId: number, dueAt: Date | null): Promise<void> {
  await tx
    .updateTable('meter')
    .set({
      begins_at: meter.beginsAt,
      recorded_to: meter.recordedTo,
      behind_since: meter.behindSince,
      site_id: siteId,
      due_at: dueAt,
    })
    .where('vm_id', '=', BigInt(meter.vmId))
    .execute()
}

/** Keeps what compute said; false when that sequence number is known. */
export async function addChange(tx: Tx<Database>, vmId: number, change: Change): Promise<boolean> {
  const added = await tx
    .insertInto('vm_change')
    .values({
      vm_id: vmId,
      sequence: change.sequence,
      at: change.at,
      condition: change.condition,
      ...placeColumns(change.place),
    })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst()
  return added.numInsertedOrUpdatedRows === 1n
}

/**
 * A VM's changes that say what it was from `since` on: from the last one that tells its condition by then (and, with
 * `before`, precedes that sequence number) to the newest.
 */
export async function changesSince(
  tx: Kysely<Database>,
  vmId: number,
  since: Date,
  before = Number.MAX_SAFE_INTEGER,
): Promise<Change[]> {
  const rows = await tx
    .selectFrom('vm_change')
    .selectAll()
    .where('vm_id', '=', BigInt(vmId))
    .where(
      'sequence',
      '>=',
      sql<bigint>`coalesce((
        select max(c.sequence) from vm_change c
         where c.vm_id = ${vmId} and c.condition is not null and c.at <= ${since} and c.sequence < ${before}), 0)`,
    )
    .orderBy('sequence')
    .execute()
  return rows.map(changeOf)
}

const changeOf = (row: Selectable<VmChange>): Change => ({
  sequence: Number(row.sequence),
  at: row.at,
  condition: row.condition as Condition | null,
  place: placeOf(row),
})

/** The changes of an account's living VMs, or of one of them, that say what each was since it was last recorded. */
export async function livingChanges(
  db: Kysely<Database>,
  accountId: number,
  vmId: number | undefined,
): Promise<{ vmId: number; recordedTo: Date; change: Change }[]> {
  const { rows } = await sql<Selectable<VmChange> & { recorded_to: Date }>`
    select m.recorded_to, c.*
      from (select vm_id, recorded_to from meter
             where account_id = ${accountId} and due_at is not null and vm_id = coalesce(${vmId ?? null}, vm_id)
             order by vm_id limit 500) m
      join vm_change c on c.vm_id = m.vm_id and c.sequence >= coalesce((
        select max(b.sequence) from vm_change b
         where b.vm_id = m.vm_id and b.condition is not null and b.at <= m.recorded_to), 0)
     order by c.vm_id, c.sequence
  `.execute(db)
  return rows.map(row => ({ vmId: Number(row.vm_id), recordedTo: row.recorded_to, change: changeOf(row) }))
}

/** VMs that ran in a site's slot, as far as we have heard. */
export async function ranIn(tx: Kysely<Database>, siteId: number, from: Date, to: Date): Promise<number[]> {
  const { rows } = await sql<{ vm_id: bigint }>`
    select m.vm_id from meter m
     where m.site_id = ${siteId} and (m.due_at is not null or m.recorded_to > ${from})
       and exists (
         select from vm_change c
          where c.vm_id = m.vm_id and c.condition = 'running' and c.at < ${to}
            and not exists (
              select from vm_change n
               where n.vm_id = c.vm_id and n.sequence > c.sequence and n.condition is not null and n.at <= ${from}))
  `.execute(tx)
  return rows.map(row => Number(row.vm_id))
}

/** VMs of which a piece has closed by `now` and either its last slot has been shared or its grace is over. */
export async function dueVms(
  db: Kysely<Database>,
  { now, graceMs, after, limit }: { now: Date; graceMs: number; after: number; limit: number },
): Promise<number[]> {
  const { rows } = await sql<{ vm_id: bigint }>`
    select m.vm_id from meter m
     where m.vm_id > ${after} and m.due_at <= ${now}
       and (m.due_at <= ${new Date(now.getTime() - graceMs)}
         or exists (select from slot s where s.site_id = m.site_id and s.shared_at is not null
                       and s.from_at < m.due_at and s.to_at >= m.due_at))
     order by m.vm_id limit ${limit}
  `.execute(db)
  return rows.map(row => Number(row.vm_id))
}

/** VMs with shares of slots that lie wholly in recorded time, or of any slot when the VM is gone: late energy. */
export async function vmsWithLateEnergy(db: Kysely<Database>, after: number, limit: number): Promise<number[]> {
  const { rows } = await sql<{ vm_id: bigint }>`
    select m.vm_id from meter m
     where m.vm_id > ${after}
       and exists (select from vm_slot v where v.vm_id = m.vm_id and v.usage_id is null and v.solar_wh is not null
                      and (v.to_at <= m.recorded_to or m.due_at is null))
     order by m.vm_id limit ${limit}
  `.execute(db)
  return rows.map(row => Number(row.vm_id))
}
