import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'
import type { Entry } from './ledger.ts'

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
