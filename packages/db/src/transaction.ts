import { CompiledQuery, type Kysely } from 'kysely'
import type { Tx } from './connect.ts'

/** What is to come with a transaction's commit and after it. */
type Open = { after: (() => void)[]; closing: (() => string)[] }

const transactions = new WeakMap<object, Open>()
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
  const open: Open = { after: [], closing: [] }
  const result = await db.transaction().execute(async tx => {
    transactions.set(tx, open)
    const given = await work(tx)
    if (open.closing.length > 0) {
      const closing = open.closing.map(statement => statement())
      await tx.executeQuery(CompiledQuery.raw(`${closing.join('; ')}; commit`))
    }
    return given
  })
  for (const hook of open.after) hook()
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

/** Calls `hook` once `tx` is committed, if `transaction` opened it; a rollback forgets it. */
export function afterCommit<DB>(tx: Tx<DB>, hook: () => void): void {
  const after = transactions.get(tx)?.after
  if (after && !after.includes(hook)) after.push(hook)
}

/**
 * Has a statement of `tx` travel in one message with its commit. `statement` gives complete SQL without parameters
 * (see `preparedStatement`) and is asked when `work` is done. Only one statement of a transaction may be a prepared one.
 */
export function withCommit<DB>(tx: Tx<DB>, statement: () => string): void {
  const open = transactions.get(tx)
  if (!open) throw new Error('only a transaction that `transaction` has opened can do this')
  open.closing.push(statement)
}

function mayPass(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return code === serializationFailure || code === deadlock
}
