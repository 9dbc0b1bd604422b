import type { SaharyEvent } from '@sahary/contracts/events'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'

export type Step = SaharyEvent<'power.level_changed'>

/** Remembers a site's step; false when it or a later one was heard before. */
export async function saveStep(db: Kysely<Database>, step: Step): Promise<boolean> {
  const row = { event: JSON.stringify(step), sequence: step.sequence }
  const saved = await db
    .insertInto('site_step')
    .values({ site_id: step.data.siteId, ...row })
    .onConflict(conflict =>
      conflict.column('site_id').doUpdateSet(row).where('site_step.sequence', '<', BigInt(step.sequence)),
    )
    .returning('site_id')
    .executeTakeFirst()
  return saved !== undefined
}

/** The last step of a site, or null. */
export async function lastStep(db: Kysely<Database>, siteId: number): Promise<Step | null> {
  const row = await db.selectFrom('site_step').select('event').where('site_id', '=', BigInt(siteId)).executeTakeFirst()
  return row ? (row.event as unknown as Step) : null
}

/** Notes that an inverter is missed. */
export async function missInverter(db: Kysely<Database>, inverterId: number): Promise<void> {
  await db
    .insertInto('silent_inverter')
    .values({ inverter_id: inverterId })
    .onConflict(conflict => conflict.column('inverter_id').doNothing())
    .execute()
}

/** True when the inverter was missed; it no longer is. */
export async function findInverter(db: Kysely<Database>, inverterId: number): Promise<boolean> {
  const found = await db
    .deleteFrom('silent_inverter')
    .where('inverter_id', '=', BigInt(inverterId))
    .returning('inverter_id')
    .executeTakeFirst()
  return found !== undefined
}
