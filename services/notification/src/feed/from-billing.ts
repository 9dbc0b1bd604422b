import type { EventData } from '@sahary/contracts/events'
import { type Kind, type Notice, type Params, payers, type Severity, toAccount } from './notice.ts'

type Invoice = EventData<'invoice.paid'> | EventData<'invoice.finalized'>
type Payment = EventData<'payment.succeeded'>

const ofInvoice = ({ accountId, invoiceId }: { accountId: number; invoiceId: number }) =>
  ({ audience: toAccount(accountId, payers), link: { type: 'invoice', id: invoiceId } }) as const
const totalOf = ({ totalMinor, currency }: { totalMinor: number; currency: string }) => ({
  minor: totalMinor,
  currency,
})

const invoice =
  <K extends Extract<Kind, 'invoice_paid' | 'invoice_overdue'>>(kind: K, severity: Severity) =>
  (data: Invoice): Notice => ({
    ...ofInvoice(data),
    kind,
    params: { number: data.number, total: totalOf(data) } satisfies Params[K],
    severity,
  })

const payment =
  (kind: Extract<Kind, 'payment_succeeded' | 'payment_failed'>, severity: Severity) =>
  (data: Payment): Notice => ({
    ...ofInvoice(data),
    kind,
    params: { amount: { minor: data.amountMinor, currency: data.currency } },
    severity,
  })

/** What billing's events tell people: whoever may pay. */
export const billingNotices = {
  'invoice.finalized': (data: EventData<'invoice.finalized'>): Notice => ({
    ...ofInvoice(data),
    kind: 'invoice_finalized',
    params: { number: data.number, total: totalOf(data), period: data.period, dueAt: data.dueAt },
    severity: 'info',
  }),
  'invoice.paid': invoice('invoice_paid', 'success'),
  'invoice.overdue': invoice('invoice_overdue', 'warning'),
  'invoice.voided': (data: EventData<'invoice.voided'>): Notice => ({
    ...ofInvoice(data),
    kind: 'invoice_voided',
    params: { number: data.number },
    severity: 'info',
  }),
  'payment.succeeded': payment('payment_succeeded', 'success'),
  'payment.failed': payment('payment_failed', 'danger'),
  'payment.refunded': (data: EventData<'payment.refunded'>): Notice => ({
    ...ofInvoice(data),
    kind: 'payment_refunded',
    params: { amount: { minor: data.refundedMinor, currency: data.currency } },
    severity: 'info',
  }),
  'credit_note.issued': (data: EventData<'credit_note.issued'>): Notice => ({
    ...ofInvoice(data),
    kind: 'credit_note_issued',
    params: { number: data.number, total: totalOf(data) },
    severity: 'success',
  }),
  'budget.reached': (data: EventData<'budget.reached'>): Notice => ({
    kind: 'budget_reached',
    params: {
      percent: data.percent,
      spent: { minor: data.spentMinor, currency: data.currency },
      limit: { minor: data.limitMinor, currency: data.currency },
    },
    audience: toAccount(data.accountId, payers),
    severity: 'warning',
    link: { type: 'account', id: data.accountId },
  }),
}
