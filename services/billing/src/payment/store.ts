import type { Tx } from '@sahary/db/connect'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { Database } from '../app.ts'
import type { Payment as PaymentRow } from '../tables.ts'
import { openStates, type Payment, type PaymentStatus } from './payment.ts'

const paymentOf = (row: Selectable<PaymentRow>): Payment => ({
  id: Number(row.id),
  invoiceId: Number(row.invoice_id),
  accountId: Number(row.account_id),
  amountMinor: row.amount_minor,
  currency: row.currency,
  provider: row.provider,
  providerKey: row.provider_key,
  providerRef: row.provider_ref,
  checkoutUrl: row.checkout_url,
  returnPath: row.return_path,
  status: row.status as PaymentStatus,
  failureCode: row.failure_code,
  createdAt: row.created_at,
  settledAt: row.settled_at,
})

export type NewPayment = Pick<
  Payment,
  'invoiceId' | 'accountId' | 'amountMinor' | 'currency' | 'provider' | 'returnPath' | 'createdAt'
>

export async function addPayment(tx: Tx<Database>, payment: NewPayment): Promise<Payment> {
  const row = await tx
    .insertInto('payment')
    .values({
      invoice_id: payment.invoiceId,
      account_id: payment.accountId,
      amount_minor: payment.amountMinor,
      currency: payment.currency,
      provider: payment.provider,
      return_path: payment.returnPath,
      status: 'opening',
      created_at: payment.createdAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return paymentOf(row)
}

/** An account's payment; undefined for one that is not there or not theirs. */
export async function findPayment(db: Kysely<Database>, accountId: number, id: number): Promise<Payment | undefined> {
  const row = await db
    .selectFrom('payment')
    .selectAll()
    .where('id', '=', BigInt(id))
    .where('account_id', '=', BigInt(accountId))
    .executeTakeFirst()
  return row && paymentOf(row)
}

/** The payment of an invoice whose checkout can still be paid, where there is one. */
export async function openPaymentOf(
  tx: Tx<Database>,
  invoiceId: number,
  provider: string,
): Promise<Payment | undefined> {
  const row = await tx
    .selectFrom('payment')
    .selectAll()
    .where('invoice_id', '=', BigInt(invoiceId))
    .where('provider', '=', provider)
    .where('status', 'in', openStates)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && paymentOf(row)
}

export async function paymentByRef(db: Kysely<Database>, provider: string, ref: string): Promise<Payment | undefined> {
  const row = await db
    .selectFrom('payment')
    .selectAll()
    .where('provider', '=', provider)
    .where('provider_ref', '=', ref)
    .executeTakeFirst()
  return row && paymentOf(row)
}

/** Ties a payment to what the provider opened for it, when it still waits for that. */
export async function saveOpened(
  tx: Tx<Database>,
  id: number,
  opened: { providerRef: string; checkoutUrl: string },
): Promise<void> {
  await tx
    .updateTable('payment')
    .set({
      provider_ref: opened.providerRef,
      checkout_url: opened.checkoutUrl,
      status: sql<string>`case status when 'opening' then 'pending' else status end`,
    })
    .where('id', '=', BigInt(id))
    .where('provider_ref', 'is', null)
    .execute()
}

export async function saveStatus(
  tx: Tx<Database>,
  id: number,
  status: PaymentStatus,
  more: { failureCode?: string | null; settledAt?: Date } = {},
): Promise<void> {
  await tx
    .updateTable('payment')
    .set({
      status,
      touched_at: sql<Date>`clock_timestamp()`,
      ...(more.failureCode === undefined ? {} : { failure_code: more.failureCode }),
      ...(more.settledAt === undefined ? {} : { settled_at: more.settledAt }),
    })
    .where('id', '=', BigInt(id))
    .execute()
}

/** Marks the other payments of an invoice that could still be paid as to be closed. */
export async function cancelOthers(tx: Tx<Database>, invoiceId: number, paidId: number): Promise<void> {
  await tx
    .updateTable('payment')
    .set({ status: 'cancelling', touched_at: sql<Date>`clock_timestamp()` })
    .where('invoice_id', '=', BigInt(invoiceId))
    .where('id', '<>', BigInt(paidId))
    .where('status', 'in', openStates)
    .execute()
}

/**
 * Payments about which the provider is to be asked or told something: first and at once those to be cancelled or
 * given back, after a while those that could still be paid and of which nothing was heard. Each is touched, so that
 * another replica takes others.
 */
export async function takeUnsettled(tx: Tx<Database>, silentMs: number, limit: number): Promise<Payment[]> {
  const rows = await tx
    .updateTable('payment')
    .set({ touched_at: sql<Date>`clock_timestamp()` })
    .where('id', 'in', query =>
      query
        .selectFrom('payment')
        .select('id')
        .where(({ or, eb, and }) =>
          or([
            and([
              eb('status', 'in', ['cancelling', 'refunding']),
              eb(
                'touched_at',
                '<',
                sql<Date>`clock_timestamp() - interval '1 second' * ${Math.min(5_000, silentMs) / 1000}`,
              ),
            ]),
            and([
              eb('status', 'in', openStates),
              eb('touched_at', '<', sql<Date>`clock_timestamp() - interval '1 second' * ${silentMs / 1000}`),
            ]),
          ]),
        )
        .orderBy(sql`status in ('cancelling', 'refunding')`, 'desc')
        .orderBy('touched_at')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .execute()
  return rows.map(paymentOf)
}

/** Notes a webhook; gives the hash of the body that came under this id before, or null for a first delivery. */
export async function addWebhook(
  tx: Tx<Database>,
  webhook: { provider: string; webhookId: string; bodyHash: Buffer; type: string; outcome: string },
): Promise<Buffer | null> {
  const added = await tx
    .insertInto('webhook')
    .values({
      provider: webhook.provider,
      webhook_id: webhook.webhookId,
      body_hash: webhook.bodyHash,
      type: webhook.type,
      outcome: webhook.outcome,
    })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirst()
  if (added.numInsertedOrUpdatedRows === 1n) return null
  const { body_hash } = await tx
    .selectFrom('webhook')
    .select('body_hash')
    .where('provider', '=', webhook.provider)
    .where('webhook_id', '=', webhook.webhookId)
    .executeTakeFirstOrThrow()
  return body_hash
}
