import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'

export type NewAlert = { userId: number | null; kind: string; detail: string; at: Date; eventId?: string }

/**
 * Writes an alert down and gives its id and whom it concerns (somebody unknown here is nobody: the alert still
 * counts); null when the event that raised it has raised one before.
 */
export async function insertAlert(
  db: Kysely<Database>,
  alert: NewAlert,
): Promise<{ alertId: number; userId: number | null } | null> {
  const row = await db
    .insertInto('security_alert')
    .values({
      user_id: alert.userId === null ? null : await knownUser(db, alert.userId),
      kind: alert.kind,
      detail: alert.detail,
      raised_at: alert.at,
      event_id: alert.eventId ?? null,
    })
    .onConflict(conflict => conflict.constraint('security_alert_event_unique').doNothing())
    .returning(['id', 'user_id'])
    .executeTakeFirst()
  return row ? { alertId: Number(row.id), userId: row.user_id === null ? null : Number(row.user_id) } : null
}

async function knownUser(db: Kysely<Database>, userId: number): Promise<bigint | null> {
  const row = await db.selectFrom('person').select('id').where('id', '=', BigInt(userId)).executeTakeFirst()
  return row?.id ?? null
}
