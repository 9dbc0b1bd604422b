import type { EventData } from '@sahary/contracts/events'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'

/** Records what solar suspects; once. */
export async function insertDiagnosis(
  db: Kysely<Database>,
  diagnosis: EventData<'diagnosis.raised'>,
  raisedAt: Date,
): Promise<void> {
  await db
    .insertInto('diagnosis')
    .values({
      id: diagnosis.diagnosisId,
      site_id: diagnosis.siteId,
      inverter_id: diagnosis.inverterId,
      kind: diagnosis.kind,
      summary: diagnosis.summary,
      raised_at: raisedAt,
    })
    .onConflict(conflict => conflict.column('id').doNothing())
    .execute()
}
