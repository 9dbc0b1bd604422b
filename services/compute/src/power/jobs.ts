import type { Clock } from '@sahary/clock/clock'
import { transaction } from '@sahary/db/transaction'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'
import { actOnDue } from './actions.ts'
import { dueVms } from './store.ts'

/** Stops the VMs whose notice is over and brings back those whose turn has come, each in its own transaction. */
export async function actOnAllDue(db: Kysely<Database>, clock: Clock, signal: AbortSignal): Promise<number> {
  const now = clock.now()
  const due = await dueVms(db, now)
  for (const id of due) {
    if (signal.aborted) break
    await transaction(db, tx => actOnDue(tx, id, now))
  }
  return due.length
}
