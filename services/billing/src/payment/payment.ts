import type { InvoiceStatus } from '../invoice/invoice.ts'

export const paymentStates = [
  'opening',
  'pending',
  'succeeded',
  'failed',
  'cancelling',
  'cancelled',
  'refunding',
  'refunded',
  'review',
] as const
export type PaymentStatus = (typeof paymentStates)[number]

/** One try to pay an invoice at a provider. After a refused card (`failed`) the same checkout takes another. */
export type Payment = {
  id: number
  invoiceId: number
  accountId: number
  amountMinor: bigint
  currency: string
  provider: string
  providerKey: string
  providerRef: string | null
  checkoutUrl: string | null
  returnPath: string
  status: PaymentStatus
  failureCode: string | null
  createdAt: Date
  settledAt: Date | null
}

/** What a provider tells of a payment, in a webhook or when it is asked. */
export type Tidings = {
  state: 'open' | 'succeeded' | 'failed' | 'cancelled' | 'refunded'
  amountMinor: bigint
  currency: string
  failureCode: string | null
}

/** What becomes of a payment after tidings: see `decide`. */
export type Decision = 'nothing' | 'apply' | 'give_back' | 'review' | 'fail' | 'cancel' | 'refund'

const waiting: readonly PaymentStatus[] = ['opening', 'pending', 'failed', 'cancelling', 'cancelled']

/**
 * Decides by what is known now, so that tidings may come twice, late and in any order: money that came is applied to
 * the invoice when it still waits for it, goes back when it does not, and is looked at by a person when it is not the
 * amount that was asked for. A failure never undoes a success.
 */
export function decide(payment: Payment, invoiceStatus: InvoiceStatus, tidings: Tidings): Decision {
  const waits = waiting.includes(payment.status)
  if (tidings.state === 'succeeded' && waits) {
    if (tidings.amountMinor !== payment.amountMinor || tidings.currency !== payment.currency) return 'review'
    return invoiceStatus === 'open' || invoiceStatus === 'overdue' ? 'apply' : 'give_back'
  }
  if (tidings.state === 'failed' && (payment.status === 'opening' || payment.status === 'pending')) return 'fail'
  if (tidings.state === 'cancelled' && waits && payment.status !== 'cancelled') return 'cancel'
  if (tidings.state === 'refunded' && payment.status === 'refunding') return 'refund'
  return 'nothing'
}

/** The states in which a payer could still pay it at the provider. */
export const openStates: readonly PaymentStatus[] = ['opening', 'pending', 'failed']
export const isOpen = ({ status }: Pick<Payment, 'status'>): boolean => openStates.includes(status)
