import { type Client, readNotice } from '@sahary/payments/client'
import type { Intent } from '@sahary/payments/intent'
import type { Tidings } from '../payment/payment.ts'
import type { Believed, PaymentProvider } from '../payment/provider.ts'

const tidingsOf = ({ status, amountMinor, currency, failureCode }: Intent): Tidings => ({
  state: status === 'processing' ? 'open' : status,
  amountMinor: BigInt(amountMinor),
  currency,
  failureCode,
})

const states = { 'payment.succeeded': 'succeeded', 'payment.failed': 'failed', 'payment.refunded': 'refunded' } as const

/** The card network in `infra/payments` as a provider. */
export function sandboxProvider(client: Client, webhookSecret: string): PaymentProvider {
  return {
    name: 'sandbox',
    open: async ({ key, amountMinor, ...order }) => {
      const intent = await client.open({ ...order, amountMinor: Number(amountMinor) }, key)
      return { providerRef: intent.id, checkoutUrl: intent.checkoutUrl }
    },
    look: async ref => tidingsOf(await client.find(ref)),
    cancel: async ref => tidingsOf(await client.cancel(ref)),
    refund: async ref => tidingsOf(await client.refund(ref)),
    believe: (headers, rawBody): Believed | null => {
      try {
        const { type, data } = readNotice(webhookSecret, headers, rawBody)
        const { intentId, amountMinor, currency, failureCode } = data
        const tidings = { state: states[type], amountMinor: BigInt(amountMinor), currency, failureCode }
        return { webhookId: headers['webhook-id'] ?? '', type, providerRef: intentId, tidings }
      } catch {
        return null
      }
    },
  }
}
