import type { Tx } from '@sahary/db/connect'
import { Decimal } from 'decimal.js'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../app.ts'
import { type Interval, type Reading, type SlotUse, slotStart } from './slot.ts'

/** A running VM as the sampler needs it, with the beginning of its present run on both clocks. */
export type Sampled = { id: number; incarnation: number; vcpus: number; run: string; runFrom: Date }

export async function runningVms(db: Kysely<Database>, hostId: number): Promise<Sampled[]> {
  const rows = await db
    .selectFrom('vm')
    .innerJoin('vm_run', join => join.onRef('vm_run.vm_id', '=', 'vm.id').on('vm_run.to_at', 'is', null))
    .select(['vm.id', 'vm.incarnation', 'vm.vcpus', 'vm.run', 'vm_run.from_at'])
    .where('vm.host_id', '=', BigInt(hostId))
    .where('vm.deleted_at', 'is', null)
    .orderBy('vm.id')
    .execute()
  return rows.map(row => ({
    id: Number(row.id),
    incarnation: row.incarnation,
    vcpus: row.vcpus,
    run: row.run ?? '',
    runFrom: row.from_at,
  }))
}

export async function readingsOf(tx: Tx<Database>, subjects: readonly string[]): Promise<Map<string, Reading>> {
  if (subjects.length === 0) return new Map()
  const rows = await tx
    .selectFrom('reading')
    .selectAll()
    .where('subject', 'in', [...subjects])
    .execute()
  return new Map(
    rows.map(row => [
      row.subject,
      { run: row.run, cpuNs: BigInt(row.cpu_ns), realAt: row.real_at, businessAt: row.business_at },
    ]),
  )
}

export async function saveReading(tx: Tx<Database>, subject: string, reading: Reading): Promise<void> {
  const values = {
    run: reading.run,
    cpu_ns: reading.cpuNs.toString(),
    real_at: reading.realAt,
    business_at: reading.businessAt,
  }
  await tx
    .insertInto('reading')
    .values({ subject, ...values })
    .onConflict(conflict => conflict.column('subject').doUpdateSet(values))
    .execute()
}

/** Adds processor time to slots; what belongs to one that is closed is booked in the first that is still open. */
export async function addUses(
  tx: Tx<Database>,
  subject: string,
  uses: readonly SlotUse[],
  openFrom: Date | null,
): Promise<void> {
  if (uses.length === 0) return
  const bySlot = new Map<number, Decimal>()
  for (const use of uses) {
    const slot = Math.max(use.slotFrom.getTime(), openFrom?.getTime() ?? 0)
    bySlot.set(slot, (bySlot.get(slot) ?? new Decimal(0)).add(use.cpuSeconds))
  }
  const slots = [...bySlot.keys()].map(slot => new Date(slot))
  const seconds = [...bySlot.values()].map(each => each.toFixed(6))
  // Arrays, because a leap of the business clock makes more slots than a statement may have parameters.
  await sql`
    insert into slot_use (subject, slot_from, cpu_seconds)
    select ${subject}, * from unnest(${slots}::timestamptz[], ${seconds}::numeric[])
    on conflict (subject, slot_from) do update set cpu_seconds = slot_use.cpu_seconds + excluded.cpu_seconds
  `.execute(tx)
}

/** To when the slots of a site are closed; null before the first. The row is locked when there is one. */
export async function lockClosedTo(tx: Tx<Database>, siteId: number): Promise<Date | null> {
  const row = await tx
    .selectFrom('site_slot')
    .select('closed_to')
    .where('site_id', '=', BigInt(siteId))
    .forUpdate()
    .executeTakeFirst()
  return row?.closed_to ?? null
}

export async function saveClosedTo(tx: Tx<Database>, siteId: number, closedTo: Date): Promise<void> {
  await tx
    .insertInto('site_slot')
    .values({ site_id: siteId, closed_to: closedTo })
    .onConflict(conflict => conflict.column('site_id').doUpdateSet({ closed_to: closedTo }))
    .execute()
}

/** To when every host of a site that is up has been read; null when one has not been yet. */
export async function readTo(tx: Tx<Database>, siteId: number): Promise<Date | null> {
  const rows = await tx
    .selectFrom('host')
    .leftJoin('reading', join => join.on('reading.subject', '=', sql<string>`'host/' || host.id`))
    .select('reading.business_at')
    .where('host.site_id', '=', BigInt(siteId))
    .where('host.state', '<>', 'lost')
    .execute()
  const times = rows.map(row => row.business_at)
  if (times.length === 0 || times.includes(null)) return null
  return new Date(Math.min(...times.map(at => at!.getTime())))
}

/** When a run ended, as its index has it: one that lasts ends last. */
const endOfRun = sql<Date>`coalesce(to_at, 'infinity')`

/** The first slot that a site's runs touch at or after `from`, or null when there is none. */
export async function firstSlot(tx: Tx<Database>, siteId: number, from: Date | null): Promise<Date | null> {
  let query = tx.selectFrom('vm_run').select('from_at').where('site_id', '=', BigInt(siteId))
  if (from !== null) query = query.where(endOfRun, '>', from)
  const row = await query.orderBy('from_at').limit(1).executeTakeFirst()
  if (!row) return null
  const first = slotStart(row.from_at)
  return from !== null && first < from ? from : first
}

export type RunOf = Interval & { vmId: number; accountId: number; hostId: number; vcpus: number }

/** The runs of a site's VMs that touch a span; one that lasts ends with the span. */
export async function runsIn(tx: Tx<Database>, siteId: number, span: Interval): Promise<RunOf[]> {
  const rows = await tx
    .selectFrom('vm_run')
    .innerJoin('vm', 'vm.id', 'vm_run.vm_id')
    .select(['vm.id', 'vm.account_id', 'vm.host_id', 'vm.vcpus', 'vm_run.from_at', 'vm_run.to_at'])
    .where('vm_run.site_id', '=', BigInt(siteId))
    .where('vm_run.from_at', '<', span.to)
    .where(endOfRun, '>', span.from)
    .orderBy('vm.id')
    .execute()
  return rows.map(row => ({
    vmId: Number(row.id),
    accountId: Number(row.account_id),
    hostId: Number(row.host_id),
    vcpus: row.vcpus,
    from: row.from_at,
    to: row.to_at ?? span.to,
  }))
}

/** Takes the processor time of the slots in `span` out of the book; from then on those slots are closed. */
export async function takeUses(
  tx: Tx<Database>,
  subjects: readonly string[],
  span: Interval,
): Promise<{ subject: string; slotFrom: Date; cpuSeconds: Decimal }[]> {
  if (subjects.length === 0) return []
  const rows = await tx
    .deleteFrom('slot_use')
    .where('subject', 'in', [...subjects])
    .where('slot_from', '>=', span.from)
    .where('slot_from', '<', span.to)
    .returning(['subject', 'slot_from', 'cpu_seconds'])
    .execute()
  return rows.map(row => ({ subject: row.subject, slotFrom: row.slot_from, cpuSeconds: new Decimal(row.cpu_seconds) }))
}

/** Forgets some of the runs that ended a week before the last slot that is closed: nobody asks for them any more. */
export async function forgetRuns(db: Kysely<Database>, siteId: number): Promise<void> {
  const old = db
    .selectFrom('vm_run')
    .innerJoin('site_slot', 'site_slot.site_id', 'vm_run.site_id')
    .select('vm_run.id')
    .where('vm_run.site_id', '=', BigInt(siteId))
    .where(endOfRun, '<', sql<Date>`site_slot.closed_to - interval '7 days'`)
    .limit(1000)
  await db.deleteFrom('vm_run').where('id', 'in', old).execute()
}

/** Numbers of a site's hosts. */
export async function hostIdsOf(tx: Tx<Database>, siteId: number): Promise<number[]> {
  const rows = await tx.selectFrom('host').select('id').where('site_id', '=', BigInt(siteId)).execute()
  return rows.map(row => Number(row.id))
}
