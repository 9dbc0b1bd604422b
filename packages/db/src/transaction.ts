import type { Kysely } from 'kysely'
import type { Tx } from './connect.ts'
import { withOpening } from './opening.ts'

const hooks = new WeakMap<object, (() => void)[]>()
const serializationFailure = '40001'
const deadlock = '40P01'
const attempts = 5

/**
 * Runs `work` in one transaction (read committed) and gives what it gives. A serialization failure or a
 * deadlock runs it again, up to five times in all; so `work` does nothing outside the transaction.
 */
export function transaction<DB, T>(db: Kysely<DB>, work: (tx: Tx<DB>) => Promise<T>): Promise<T> {
  return retried(() => once(db, work))
}

async function once<DB, T>(db: Kysely<DB>, work: (tx: Tx<DB>) => Promise<T>): Promise<T> {
  const later: (() => void)[] = []
  const result = await db.transaction().execute(tx => {
    hooks.set(tx, later)
    return work(tx)
  })
  for (const hook of later) hook()
  return result
}

async function retried<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run()
    } catch (error) {
      if (attempt >= attempts || !mayPass(error)) throw error
      await new Promise(resolve => setTimeout(resolve, Math.random() * 20 * attempt))
    }
  }
}

/**
 * As `transaction`, with its first statement given beforehand, so that it shares the message of `begin`: one round
 * trip less for what runs very often. `text` is complete SQL without parameters; its rows are given to `work`.
 */
export function transactionOpening<DB, R, T>(
  db: Kysely<DB>,
  text: string,
  work: (tx: Tx<DB>, rows: R[]) => Promise<T>,
): Promise<T> {
  const run = (opening: { rows: unknown[] | undefined }) =>
    once(db, tx => {
      if (!opening.rows) throw new Error('only a database that `connect` has opened can do this')
      return work(tx, opening.rows as R[])
    })
  return retried(() => withOpening(text, run))
}

/** Calls `hook` once `tx` is committed, if `transaction` opened it; a rollback forgets it. */
export function afterCommit<DB>(tx: Tx<DB>, hook: () => void): void {
  const list = hooks.get(tx)
  if (list && !list.includes(hook)) list.push(hook)
}

function mayPass(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return code === serializationFailure || code === deadlock
}
