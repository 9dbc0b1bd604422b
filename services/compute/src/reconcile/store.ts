import type { Tx } from '@sahary/db/connect'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../app.ts'

/** Real seconds that a worker may be silent before another may drive its VM. */
const leaseS = 15

/** Takes or renews the right to drive a VM; false when another worker has it. */
export async function holdLease(db: Kysely<Database>, vmId: number, holder: string): Promise<boolean> {
  const until = sql<Date>`now() + make_interval(secs => ${leaseS})`
  const row = await db
    .insertInto('vm_lease')
    .values({ vm_id: vmId, holder, until })
    .onConflict(conflict =>
      conflict
        .column('vm_id')
        .doUpdateSet({ holder, until })
        .where(eb => eb.or([eb('vm_lease.until', '<', sql<Date>`now()`), eb('vm_lease.holder', '=', holder)])),
    )
    .returning('vm_id')
    .executeTakeFirst()
  return row !== undefined
}

export async function releaseLease(db: Kysely<Database>, vmId: number, holder: string): Promise<void> {
  await db.deleteFrom('vm_lease').where('vm_id', '=', BigInt(vmId)).where('holder', '=', holder).execute()
}

export async function openRun(tx: Tx<Database>, vm: { id: number; siteId: number }, at: Date): Promise<void> {
  await tx.insertInto('vm_run').values({ vm_id: vm.id, site_id: vm.siteId, from_at: at }).execute()
}

/** Ends the open run, which cannot have ended before it began; gives when it did. */
export async function closeRun(tx: Tx<Database>, vmId: number, at: Date): Promise<Date> {
  const { to_at } = await tx
    .updateTable('vm_run')
    .set({ to_at: sql<Date>`greatest(from_at, ${at})` })
    .where('vm_id', '=', BigInt(vmId))
    .where('to_at', 'is', null)
    .returning('to_at')
    .executeTakeFirstOrThrow()
  return to_at ?? at
}

/** When the counter of a VM's present run was last read; null before the first time. */
export async function lastReadAt(tx: Tx<Database>, vm: { id: number; run: string | null }): Promise<Date | null> {
  const row = await tx
    .selectFrom('reading')
    .select('business_at')
    .where('subject', '=', `vm/${vm.id}`)
    .where('run', '=', vm.run ?? '')
    .executeTakeFirst()
  return row?.business_at ?? null
}
