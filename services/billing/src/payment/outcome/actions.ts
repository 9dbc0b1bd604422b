import { emit } from '@sahary/bus/emit'
import type { EventData } from '@sahary/contracts/events'
import { audit } from '@sahary/db/audit'
import type { Tx } from '@sahary/db/connect'
import { lockAccount } from '../../account/actions.ts'
import type { Database } from '../../app.ts'
import { invoiceOf, settleInvoice } from '../../invoice/actions.ts'
import type { Occasion } from '../../invoice/invoice.ts'
import { post } from '../../ledger/actions.ts'
import { paymentEntries, refundEntries } from '../../ledger/ledger.ts'
import { type Decision, decide, type Payment, type Tidings } from '../payment.ts'
import { cancelOthers, findPayment, saveStatus } from '../store.ts'

/** Does what tidings of a payment call for. Every way in (webhook, asking, cancelling, refunding) ends here. */
export async function applyTidings(
  tx: Tx<Database>,
  known: Payment,
  tidings: Tidings,
  occasion: Occasion,
): Promise<Decision> {
  await lockAccount(tx, known.accountId)
  const payment = await findPayment(tx, known.accountId, known.id)
  const invoice = await invoiceOf(tx, known.accountId, known.invoiceId)
  if (!payment || !invoice) return 'nothing'
  const decision = decide(payment, invoice.status, tidings)
  if (decision === 'nothing') return decision
  await effects[decision](tx, payment, tidings, occasion)
  await auditTidings(tx, `payment.${decision}`, payment, { tidings, ...occasion })
  return decision
}

const auditTidings = (
  tx: Tx<Database>,
  action: string,
  payment: Payment,
  { tidings, at, requestId }: Occasion & { tidings: Tidings },
): Promise<void> =>
  audit(tx, {
    actor: 'system',
    action,
    objectType: 'payment',
    objectId: payment.id,
    accountId: payment.accountId,
    before: { status: payment.status },
    after: { ...tidings, amountMinor: String(tidings.amountMinor), invoiceId: payment.invoiceId },
    requestId,
    at,
  })

type Effect = (tx: Tx<Database>, payment: Payment, tidings: Tidings, occasion: Occasion) => Promise<void>

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
  apply: async (tx, payment, _tidings, occasion) => {
    const { at } = occasion
    await saveStatus(tx, payment.id, 'succeeded', { failureCode: null, settledAt: at })
    await emit(tx, 'payment.succeeded', payment.id, said(payment), { at })
    await postMoney(tx, payment, true, at)
    await settleInvoice(tx, payment.invoiceId, payment.id, occasion)
    await cancelOthers(tx, payment.invoiceId, payment.id)
  },
  give_back: async (tx, payment, _tidings, { at }) => {
    await saveStatus(tx, payment.id, 'refunding', { failureCode: 'already_paid', settledAt: at })
    await emit(tx, 'payment.succeeded', payment.id, said(payment), { at })
    await postMoney(tx, payment, false, at)
  },
  review: async (tx, payment, tidings, { at }) => {
    await saveStatus(tx, payment.id, 'review', { failureCode: 'amount_differs', settledAt: at })
    const detail = `payment ${payment.id}: ${payment.amountMinor} ${payment.currency} was asked, ${tidings.amountMinor} ${tidings.currency} was told`
    const seen = { kind: 'payment_amount_differs', userId: null, accountId: payment.accountId, detail }
    await emit(tx, 'billing_security.observed', payment.id, seen, { at })
  },
  fail: async (tx, payment, tidings, { at }) => {
    const failureCode = tidings.failureCode ?? 'declined'
    await saveStatus(tx, payment.id, 'failed', { failureCode })
    await emit(tx, 'payment.failed', payment.id, { ...said(payment), failureCode }, { at })
  },
  cancel: (tx, payment, _tidings, { at }) => saveStatus(tx, payment.id, 'cancelled', { settledAt: at }),
  refund: async (tx, payment, _tidings, { at }) => {
    await saveStatus(tx, payment.id, 'refunded')
    await emit(
      tx,
      'payment.refunded',
      payment.id,
      { ...said(payment), refundedMinor: Number(payment.amountMinor) },
      { at },
    )
    const { accountId, id: referenceId, currency, amountMinor } = payment
    await post(tx, { accountId, kind: 'refund', referenceId, currency, at, entries: refundEntries(amountMinor) })
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
