import type { Locale } from '@sahary/contracts/fields'
import type { Tx } from '@sahary/db/connect'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'

/** Whom an invoice is written to. */
export type Account = { accountId: number; name: string; locale: Locale }

/** Keeps an account; what we know of it already stays. */
export async function addAccount(tx: Tx<Database>, { accountId, name, locale }: Account): Promise<void> {
  await tx
    .insertInto('account')
    .values({ account_id: accountId, name, locale })
    .onConflict(conflict => conflict.doNothing())
    .execute()
}

export async function findAccount(db: Kysely<Database>, accountId: number): Promise<Account | undefined> {
  const row = await db.selectFrom('account').selectAll().where('account_id', '=', BigInt(accountId)).executeTakeFirst()
  return row && { accountId, name: row.name, locale: row.locale as Locale }
}
