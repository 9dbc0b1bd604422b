import type { PowerLevel } from '@sahary/contracts/ladder'
import type { Tx } from '@sahary/db/connect'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../app.ts'

/** A site's level as last heard; a site that was never heard of is well. */
export async function levelOf(db: Kysely<Database>, siteId: number): Promise<PowerLevel> {
  const row = await db.selectFrom('site_power').select('level').where('site_id', '=', BigInt(siteId)).executeTakeFirst()
  return (row?.level ?? 'normal') as PowerLevel
}

export type SitePower = { siteId: number; level: PowerLevel; noticeEndsAt: Date | null; changedAt: Date }

export async function saveLevel(tx: Tx<Database>, power: SitePower): Promise<void> {
  const values = { level: power.level, notice_ends_at: power.noticeEndsAt, changed_at: power.changedAt }
  await tx
    .insertInto('site_power')
    .values({ site_id: power.siteId, ...values })
    .onConflict(conflict => conflict.column('site_id').doUpdateSet(values))
    .execute()
}

/** VMs whose notice is over, or whose turn to come back has come, at `now` of the business clock. */
export async function dueVms(db: Kysely<Database>, now: Date): Promise<number[]> {
  const rows = await db
    .selectFrom('vm')
    .select('id')
    .where('deleted_at', 'is', null)
    .where(eb => eb.or([eb('stop_at', '<=', now), eb('resume_at', '<=', now)]))
    .orderBy(sql`least(stop_at, resume_at)`)
    .orderBy('id')
    .limit(200)
    .execute()
  return rows.map(row => Number(row.id))
}
