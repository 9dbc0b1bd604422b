import type { Tx } from '@sahary/db/connect'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'
import type { Entry, LedgerAccount } from './ledger.ts'

export type Posting = {
  accountId: number
  kind: 'invoice' | 'payment' | 'refund'
  referenceId: number
  currency: string
  at: Date
  entries: readonly Entry[]
}

/** Writes one transaction of the ledger. The same thing is posted once: a second time refuses the whole. */
export async function addPosting(tx: Tx<Database>, posting: Posting): Promise<void> {
  const { accountId, kind, referenceId, currency, at, entries } = posting
  if (entries.length === 0) return
  const { id } = await tx
    .insertInto('ledger_transaction')
    .values({ account_id: accountId, kind, reference_id: referenceId, at })
    .returning('id')
    .executeTakeFirstOrThrow()
  await tx
    .insertInto('ledger_entry')
    .values(
      entries.map((entry, index) => ({
        transaction_id: id,
        position: index + 1,
        ledger_account: entry.ledgerAccount,
        account_id: accountId,
        amount_minor: entry.amountMinor,
        currency,
      })),
    )
    .execute()
}

/** What stands on one of a customer's ledger accounts, in the smallest unit; debits are positive. */
export async function balanceOf(
  db: Kysely<Database>,
  accountId: number,
  ledgerAccount: LedgerAccount,
): Promise<bigint> {
  const row = await db
    .selectFrom('ledger_entry')
    .select(({ fn }) => fn.sum<string | null>('amount_minor').as('sum'))
    .where('account_id', '=', BigInt(accountId))
    .where('ledger_account', '=', ledgerAccount)
    .executeTakeFirstOrThrow()
  return BigInt(row.sum ?? '0')
}
