import type { EventData } from '@sahary/contracts/events'
import type { Tx } from '@sahary/db/connect'
import { advisoryLock } from '@sahary/db/lock'
import type { Database } from '../app.ts'
import { type Account, addAccount, findAccount } from './store.ts'

/** Keeps the copy of an account that invoices are written to. */
export const keepAccount = (
  tx: Tx<Database>,
  { accountId, name, locale }: EventData<'account.created'>,
): Promise<void> => addAccount(tx, { accountId, name, locale })

/** Locks everything that moves an account's money until the transaction ends; undefined for one we have not heard of. */
export async function lockAccount(tx: Tx<Database>, accountId: number): Promise<Account | undefined> {
  await advisoryLock(tx, 'account', accountId)
  return findAccount(tx, accountId)
}
