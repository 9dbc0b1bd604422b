import { z } from 'zod'
import { Currency, Id, Instant, Minor, Span } from '../fields.ts'

const Invoice = z.object({
  invoiceId: Id,
  accountId: Id,
  number: z.string(),
  period: Span,
  currency: Currency,
  netMinor: Minor,
  vatMinor: Minor,
  totalMinor: Minor,
})
const Payment = z.object({
  paymentId: Id,
  invoiceId: Id,
  accountId: Id,
  amountMinor: Minor,
  currency: Currency,
  provider: z.string(),
})

/** Said by billing. */
export const billingEvents = {
  'invoice.finalized': Invoice.extend({ dueAt: Instant }),
  'invoice.paid': Invoice.extend({ paymentId: Id.nullable() }),
  'invoice.overdue': Invoice.extend({ dueAt: Instant }),
  'invoice.voided': Invoice.extend({ reason: z.string() }),
  'payment.succeeded': Payment,
  'payment.failed': Payment.extend({ failureCode: z.string() }),
  'payment.refunded': Payment.extend({ refundedMinor: Minor }),
  'credit_note.issued': z.object({
    creditNoteId: Id,
    invoiceId: Id,
    accountId: Id,
    number: z.string(),
    currency: Currency,
    totalMinor: Minor,
    reason: z.string(),
  }),
  'budget.reached': z.object({
    budgetId: Id,
    accountId: Id,
    percent: z.int().positive(),
    spentMinor: Minor,
    limitMinor: Minor,
    currency: Currency,
    action: z.enum(['notify', 'stop']),
  }),
  'billing_account.suspended': z.object({ accountId: Id, reason: z.string() }),
  'billing_account.reinstated': z.object({ accountId: Id }),
}
