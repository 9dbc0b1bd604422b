import type { Tx } from '@sahary/db/connect'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'

export type Standing = { suspended: boolean; deactivated: boolean }

/** Whether the account is suspended or the person deactivated, as far as we have heard. */
export async function standingOf(
  db: Kysely<Database>,
  { accountId, userId }: { accountId: number; userId: number },
): Promise<Standing> {
  const account = await db
    .selectFrom('account_standing')
    .select('suspended')
    .where('account_id', '=', BigInt(accountId))
    .executeTakeFirst()
  const user = await db
    .selectFrom('user_standing')
    .select('deactivated')
    .where('user_id', '=', BigInt(userId))
    .executeTakeFirst()
  return { suspended: account?.suspended ?? false, deactivated: user?.deactivated ?? false }
}

export async function saveSuspended(tx: Tx<Database>, accountId: number, suspended: boolean): Promise<void> {
  await tx
    .insertInto('account_standing')
    .values({ account_id: accountId, suspended })
    .onConflict(conflict => conflict.column('account_id').doUpdateSet({ suspended }))
    .execute()
}

export async function saveDeactivated(tx: Tx<Database>, userId: number, deactivated: boolean): Promise<void> {
  await tx
    .insertInto('user_standing')
    .values({ user_id: userId, deactivated })
    .onConflict(conflict => conflict.column('user_id').doUpdateSet({ deactivated }))
    .execute()
}
