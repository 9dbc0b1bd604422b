import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'

/** What billing last said of an account: since when it is suspended and why, or that it is not. */
export type Standing = { accountId: number; suspendedAt: Date | null; reason: string | null; sequence: number }

/** Takes over an account's standing, unless something newer was heard before. */
export async function setStanding(db: Kysely<Database>, standing: Standing): Promise<void> {
  await db
    .updateTable('account')
    .set({
      suspended_at: standing.suspendedAt,
      suspended_reason: standing.reason,
      billing_sequence: standing.sequence,
    })
    .where('id', '=', BigInt(standing.accountId))
    .where('billing_sequence', '<', BigInt(standing.sequence))
    .execute()
}
