import type { Kysely } from 'kysely'
import type { Tx } from './connect.ts'

const hooks = new WeakMap<object, (() => void)[]>()
const serializationFailure = '40001'
const deadlock = '40P01'
const attempts = 5

/**
 * Runs `work` in one transaction (read committed) and gives what it gives. A serialization failure or a
 * deadlock runs it again, up to five times in all; so `work` does nothing outside the transaction.
 */
export async function transaction<DB, T>(db: Kysely<DB>, work: (tx: Tx<DB>) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    let later: (() => void)[] = []
    try {
      const result = await db.transaction().execute(async tx => {
        later = []
        hooks.set(tx, later)
        return work(tx)
      })
      for (const hook of later) hook()
      return result
    } catch (error) {
      if (attempt >= attempts || !mayPass(error)) throw error
      await new Promise(resolve => setTimeout(resolve, Math.random() * 20 * attempt))
    }
  }
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
