import { z } from 'zod'

/** What a merchant asks for; `amountMinor` is in the currency's smallest unit. */
export const NewIntent = z.strictObject({
  amountMinor: z.int().positive().max(100_000_000_00),
  currency: z.string().regex(/^[A-Z]{3}$/),
  /** The merchant's own name for it, given back in webhooks. */
  reference: z.string().min(1).max(100),
  description: z.string().min(1).max(200),
  /** Where the payer goes afterwards. */
  returnUrl: z.url({ protocol: /^https?$/ }).max(500),
  locale: z.enum(['ar', 'en']),
})
export type NewIntent = z.infer<typeof NewIntent>

export const intentStates = ['open', 'processing', 'succeeded', 'failed', 'cancelled', 'refunded'] as const

/** A payment that a merchant wants, as the network shows it. */
export const Intent = z.object({
  ...NewIntent.shape,
  id: z.string(),
  status: z.enum(intentStates),
  failureCode: z.string().nullable(),
  checkoutUrl: z.string(),
  createdAt: z.iso.datetime(),
})
export type Intent = z.infer<typeof Intent>

/** What a webhook carries, in the form of the Standard Webhooks specification. */
export const Notice = z.object({
  type: z.enum(['payment.succeeded', 'payment.failed', 'payment.refunded']),
  timestamp: z.iso.datetime(),
  data: z.object({
    intentId: z.string(),
    reference: z.string(),
    amountMinor: z.int(),
    currency: z.string(),
    failureCode: z.string().nullable(),
  }),
})
export type Notice = z.infer<typeof Notice>

/** What happens when a card is used. */
export type CardOutcome = 'succeeds' | 'declined' | 'insufficient_funds' | 'expired' | 'slow' | 'double_webhook'

/** The network's test cards; no other number is taken. */
export const testCards: readonly { number: string; outcome: CardOutcome; ar: string; en: string }[] = [
  { number: '4242424242424242', outcome: 'succeeds', ar: 'تنجح', en: 'Succeeds' },
  { number: '4000000000000002', outcome: 'declined', ar: 'يرفضها البنك', en: 'Declined by the bank' },
  { number: '4000000000009995', outcome: 'insufficient_funds', ar: 'الرصيد غير كافٍ', en: 'Insufficient funds' },
  { number: '4000000000000069', outcome: 'expired', ar: 'منتهية الصلاحية', en: 'Expired' },
  { number: '4000000000000077', outcome: 'slow', ar: 'تنجح بعد ثوانٍ', en: 'Succeeds after some seconds' },
  {
    number: '4000000000000341',
    outcome: 'double_webhook',
    ar: 'تنجح ويصل الإشعار مرتين',
    en: 'Succeeds, notice sent twice',
  },
]

/** What a typed card number does; spaces, dashes and Arabic-Indic digits are taken. Null for any other number. */
export function cardOutcome(typed: string): CardOutcome | null {
  const digits = typed.replace(/[٠-٩۰-۹]/g, digit => String(digit.charCodeAt(0) & 0xf)).replace(/[\s-]/g, '')
  return testCards.find(card => card.number === digits)?.outcome ?? null
}

/** A payment may be tried while the intent waits, and again after a card was refused. */
export const mayPay = ({ status }: Pick<Intent, 'status'>): boolean => status === 'open' || status === 'failed'

/** The state an intent goes to when a card is used, and why it failed if it did. */
export function afterCard(outcome: CardOutcome): Pick<Intent, 'status' | 'failureCode'> {
  if (outcome === 'declined') return { status: 'failed', failureCode: 'card_declined' }
  if (outcome === 'expired') return { status: 'failed', failureCode: 'expired_card' }
  if (outcome === 'insufficient_funds') return { status: 'failed', failureCode: 'insufficient_funds' }
  if (outcome === 'slow') return { status: 'processing', failureCode: null }
  return { status: 'succeeded', failureCode: null }
}
