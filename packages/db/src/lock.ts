import { sql } from 'kysely'
import type { Tx } from './connect.ts'

/**
 * Waits for the lock named by `key` within this schema and holds it until the transaction ends.
 * The role's lock_timeout bounds the wait (55P03).
 */
export async function advisoryLock<DB>(tx: Tx<DB>, ...key: (string | number | bigint)[]): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(current_schema() || '/' || ${key.join('/')}, 0))`.execute(tx)
}
