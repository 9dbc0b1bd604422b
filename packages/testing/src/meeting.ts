import type { Tx } from '@sahary/db/connect'
import { transaction } from '@sahary/db/transaction'
import type { Kysely } from 'kysely'
import type pg from 'pg'
import { eventually } from './eventually.ts'

/**
 * Lets two pieces of work meet: `second` begins inside the open transaction of `first`, which commits as soon as
 * `second` waits for a lock, or is done because it waits for none. Gives what became of `second`.
 */
export async function meeting<DB, T>(
  { db, pool }: { db: Kysely<DB>; pool: pg.Pool },
  first: (tx: Tx<DB>) => Promise<unknown>,
  second: () => Promise<T>,
): Promise<T> {
  const met: { second?: Promise<T> } = {}
  await transaction(db, async tx => {
    await first(tx)
    let isDone = false
    met.second = second()
    const done = () => {
      isDone = true
    }
    met.second.then(done, done)
    await eventually(async () => {
      if (!isDone && (await waiting(pool)) === 0) throw new Error('the second neither waits nor is done')
    })
  })
  return met.second!
}

async function waiting(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(
    "select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  )
  return rows[0]!.n
}
