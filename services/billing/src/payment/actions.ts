import { createHash } from 'node:crypto'
import { Refusal } from '@sahary/contracts/refusal'
import { audit } from '@sahary/db/audit'
import type { Tx } from '@sahary/db/connect'
import { transaction } from '@sahary/db/transaction'
import type { Kysely } from 'kysely'
import { lockAccount } from '../account/actions.ts'
import type { Database } from '../app.ts'
import { invoiceOf } from '../invoice/actions.ts'
import { isPayable, type Occasion } from '../invoice/invoice.ts'
import { applyTidings } from './outcome/actions.ts'
import type { Payment } from './payment.ts'
import type { Believed, PaymentProvider } from './provider.ts'
import { addPayment, addWebhook, findPayment, openPaymentOf, paymentByRef, saveOpened } from './store.ts'

/** Who begins to pay what, and where they come back to. */
export type Wish = {
  accountId: number
  userId: number
  invoiceId: number
  provider: string
  returnPath: string
  requestId: string
}

/**
 * Begins to pay an invoice, or goes on with the checkout that is open for it: refused when it is not theirs, already
 * paid, or nothing is owed. Nothing is charged yet.
 */
export async function beginPayment(tx: Tx<Database>, wish: Wish, now: Date): Promise<Payment> {
  const { accountId, userId, invoiceId, provider, returnPath, requestId } = wish
  await lockAccount(tx, accountId)
  const invoice = await invoiceOf(tx, accountId, invoiceId)
  if (!invoice) throw new Refusal('not_found')
  if (!isPayable(invoice)) throw new Refusal(invoice.status === 'paid' ? 'invoice_already_paid' : 'invoice_not_payable')
  const begun = await openPaymentOf(tx, invoiceId, provider)
  if (begun) return begun
  const { totalMinor: amountMinor, currency } = invoice
  const payment = await addPayment(tx, {
    invoiceId,
    accountId,
    amountMinor,
    currency,
    provider,
    returnPath,
    createdAt: now,
  })
  await audit(tx, {
    actor: { userId },
    action: 'payment.begin',
    objectType: 'payment',
    objectId: payment.id,
    accountId,
    after: { invoiceId, amountMinor: String(amountMinor), currency },
    requestId,
    at: now,
  })
  return payment
}

/**
 * Opens a payment's checkout at the provider, outside any transaction; again and again if need be, since the provider
 * knows it by its key. Re-reads first whether the invoice still waits for money.
 */
export async function openCheckout(
  db: Kysely<Database>,
  provider: PaymentProvider,
  { accountId, paymentId, publicUrl }: { accountId: number; paymentId: number; publicUrl: string },
): Promise<Payment> {
  const payment = await findPayment(db, accountId, paymentId)
  if (!payment) throw new Refusal('not_found')
  if (payment.providerRef !== null || payment.status !== 'opening') return payment
  const invoice = await invoiceOf(db, accountId, payment.invoiceId)
  if (!invoice || !isPayable(invoice)) throw new Refusal('invoice_already_paid')
  const account = await transaction(db, tx => lockAccount(tx, accountId))
  const opened = await provider
    .open({
      key: payment.providerKey,
      amountMinor: payment.amountMinor,
      currency: payment.currency,
      reference: `payment-${payment.id}`,
      description: invoice.number,
      returnUrl: new URL(payment.returnPath, publicUrl).href,
      locale: account?.locale ?? 'ar',
    })
    .catch(cause => {
      throw new Refusal('payment_provider_silent', { retryAfterS: 5, cause })
    })
  await transaction(db, tx => saveOpened(tx, payment.id, opened))
  return (await findPayment(db, accountId, paymentId)) ?? payment
}

/** Takes a webhook that was believed, once per its id. */
export async function takeWebhook(
  tx: Tx<Database>,
  provider: string,
  { webhookId, type, providerRef, tidings, rawBody }: Believed & { rawBody: string },
  occasion: Occasion,
): Promise<void> {
  const bodyHash = createHash('sha256').update(rawBody).digest()
  const known = await paymentByRef(tx, provider, providerRef)
  const earlier = await addWebhook(tx, {
    provider,
    webhookId,
    bodyHash,
    type,
    outcome: known ? 'taken' : 'unknown_payment',
  })
  if (earlier && !earlier.equals(bodyHash)) throw new Refusal('webhook_id_reused')
  if (earlier || !tidings) return
  // The network can be faster than our note of what it opened: it will say so again, and then we know.
  if (!known) throw new Refusal('webhook_unknown_payment')
  await applyTidings(tx, known, tidings, occasion)
}
