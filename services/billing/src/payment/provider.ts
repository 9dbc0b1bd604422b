import type { Locale } from '@sahary/contracts/fields'
import type { Tidings } from './payment.ts'

/** What a provider is asked to open. `key` names it: the same key opens the same checkout. */
export type Order = {
  key: string
  amountMinor: bigint
  currency: string
  reference: string
  description: string
  returnUrl: string
  locale: Locale
}

/** A webhook that was believed: what it is about, and what it tells; null where that is nothing to us. */
export type Believed = { webhookId: string; type: string; providerRef: string; tidings: Tidings | null }

/**
 * A card network or payment service, as this slice needs it. Every call may be repeated, ends in bounded time, and
 * throws when the provider does not answer.
 */
export type PaymentProvider = {
  name: string
  open(order: Order): Promise<{ providerRef: string; checkoutUrl: string }>
  look(providerRef: string): Promise<Tidings>
  /** Closes a checkout; gives what the payment then is, which is `succeeded` when the payer was faster. */
  cancel(providerRef: string): Promise<Tidings>
  refund(providerRef: string): Promise<Tidings>
  /** Checks a webhook's signature and age, over the body exactly as it came; null when it is not to be believed. */
  believe(headers: Record<string, string>, rawBody: string): Believed | null
}
