import { createHash } from 'node:crypto'
import { emit } from '@sahary/bus/emit'
import type { EventData } from '@sahary/contracts/events'
import { Refusal } from '@sahary/contracts/refusal'
import { audit } from '@sahary/db/audit'
import type { Tx } from '@sahary/db/connect'
import { transaction } from '@sahary/db/transaction'
import type { Kysely } from 'kysely'
import { lockAccount } from '../account/actions.ts'
import type { Database } from '../app.ts'
import { invoiceOf, settleInvoice } from '../invoice/actions.ts'
import { isPayable } from '../invoice/invoice.ts'
import { post } from '../ledger/actions.ts'
import { paymentEntries, refundEntries } from '../ledger/ledger.ts'
import { type Decision, decide, type Payment, type Tidings } from './payment.ts'
import type { Believed, PaymentProvider } from './provider.ts'
import { addPayment, addWebhook, cancelOthers, findPayment, paymentByRef, saveOpened, saveStatus } from './store.ts'

/** Who begins to pay what, and where they come back to. */
export type Wish = { accountId: number; userId: number; invoiceId: number; provider: string; returnPath: string }

/** Begins to pay an invoice: refused when it is not theirs, already paid, or nothing is owed. Nothing is charged yet. */
export async function beginPayment(tx: Tx<Database>, wish: Wish, now: Date): Promise<Payment> {
  const { accountId, userId, invoiceId, provider, returnPath } = wish
  await lockAccount(tx, accountId)
  const invoice = await invoiceOf(tx, accountId, invoiceId)
  if (!invoice) throw new Refusal('not_found')
  if (!isPayable(invoice)) throw new Refusal(invoice.status === 'paid' ? 'invoice_already_paid' : 'invoice_not_payable')
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
  now: Date,
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
  await applyTidings(tx, known, tidings, now)
}

/** Does what tidings of a payment call for. Every way in (webhook, asking, cancelling, refunding) ends here. */
export async function applyTidings(tx: Tx<Database>, known: Payment, tidings: Tidings, now: Date): Promise<Decision> {
  await lockAccount(tx, known.accountId)
  const payment = await findPayment(tx, known.accountId, known.id)
  const invoice = await invoiceOf(tx, known.accountId, known.invoiceId)
  if (!payment || !invoice) return 'nothing'
  const decision = decide(payment, invoice.status, tidings)
  if (decision !== 'nothing') await effects[decision](tx, payment, tidings, now)
  return decision
}

type Effect = (tx: Tx<Database>, payment: Payment, tidings: Tidings, now: Date) => Promise<void>

const said = ({
  id,
  invoiceId,
  accountId,
  amountMinor,
  currency,
  provider,
}: Payment): EventData<'payment.succeeded'> => ({
  paymentId: id,
  invoiceId,
  accountId,
  amountMinor: Number(amountMinor),
  currency,
  provider,
})

const effects: Record<Exclude<Decision, 'nothing'>, Effect> = {
  apply: async (tx, payment, _tidings, now) => {
    await saveStatus(tx, payment.id, 'succeeded', { failureCode: null, settledAt: now })
    await emit(tx, 'payment.succeeded', payment.id, said(payment), { at: now })
    await postMoney(tx, payment, true, now)
    await settleInvoice(tx, payment.invoiceId, payment.id, now)
    await cancelOthers(tx, payment.invoiceId, payment.id)
  },
  give_back: async (tx, payment, _tidings, now) => {
    await saveStatus(tx, payment.id, 'refunding', { failureCode: 'already_paid', settledAt: now })
    await emit(tx, 'payment.succeeded', payment.id, said(payment), { at: now })
    await postMoney(tx, payment, false, now)
  },
  review: async (tx, payment, tidings, now) => {
    await saveStatus(tx, payment.id, 'review', { failureCode: 'amount_differs', settledAt: now })
    const detail = `payment ${payment.id}: ${payment.amountMinor} ${payment.currency} was asked, ${tidings.amountMinor} ${tidings.currency} was told`
    const seen = { kind: 'payment_amount_differs', userId: null, accountId: payment.accountId, detail }
    await emit(tx, 'billing_security.observed', payment.id, seen, { at: now })
  },
  fail: async (tx, payment, tidings, now) => {
    const failureCode = tidings.failureCode ?? 'declined'
    await saveStatus(tx, payment.id, 'failed', { failureCode })
    await emit(tx, 'payment.failed', payment.id, { ...said(payment), failureCode }, { at: now })
  },
  cancel: (tx, payment, _tidings, now) => saveStatus(tx, payment.id, 'cancelled', { settledAt: now }),
  refund: async (tx, payment, _tidings, now) => {
    await saveStatus(tx, payment.id, 'refunded')
    await emit(
      tx,
      'payment.refunded',
      payment.id,
      { ...said(payment), refundedMinor: Number(payment.amountMinor) },
      { at: now },
    )
    const { accountId, id: referenceId, currency, amountMinor } = payment
    await post(tx, { accountId, kind: 'refund', referenceId, currency, at: now, entries: refundEntries(amountMinor) })
  },
}

const postMoney = (tx: Tx<Database>, payment: Payment, applied: boolean, at: Date): Promise<void> => {
  const { accountId, id: referenceId, currency, amountMinor } = payment
  return post(tx, {
    accountId,
    kind: 'payment',
    referenceId,
    currency,
    at,
    entries: paymentEntries(amountMinor, applied),
  })
}
