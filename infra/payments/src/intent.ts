/** A wish to be paid, as the network sees it. Amounts are in the currency's smallest unit. */
export type Intent = {
  id: string
  reference: string
  amountMinor: number
  currency: string
  description: string
  locale: 'ar' | 'en'
  returnUrl: string
  status: 'requires_payment_method' | 'processing' | 'succeeded' | 'failed' | 'canceled'
  failureCode: string | null
  createdAt: string
}

/** What a test card does. Any other well-formed number is declined as unknown. */
export type CardBehaviour = { outcome: 'succeeded' } | { outcome: 'failed'; code: string }
export type Card = CardBehaviour & { delayMs: number; deliveries: number }

const plain = { delayMs: 0, deliveries: 1 }
/** The test cards, by number; the README lists them for people. */
export const testCards: Readonly<Record<string, Card>> = {
  '4242424242424242': { outcome: 'succeeded', ...plain },
  '4000000000000002': { outcome: 'failed', code: 'card_declined', ...plain },
  '4000000000009995': { outcome: 'failed', code: 'insufficient_funds', ...plain },
  '4000000000000069': { outcome: 'failed', code: 'expired_card', ...plain },
  '4000000000000077': { outcome: 'succeeded', delayMs: 3_000, deliveries: 1 },
  '4000000000000341': { outcome: 'succeeded', delayMs: 0, deliveries: 2 },
}

const arabicDigits = /[\u0660-\u0669\u06F0-\u06F9]/g

/** A card number as people type it: spaces, dashes, Arabic-Indic and Persian digits become plain digits. */
export const cardNumber = (typed: string): string =>
  typed.replace(arabicDigits, digit => String((digit.codePointAt(0)! - 0x0660) % 16)).replace(/[\s-]/g, '')

/** What the network does with `number`. */
export function behaviourOf(number: string): Card {
  return Object.hasOwn(testCards, number) ? testCards[number]! : { outcome: 'failed', code: 'unknown_card', ...plain }
}

/** A payment may be tried while the intent waits, and again after a decline; never once it is paid or canceled. */
export const mayPay = (intent: Intent): boolean => ['requires_payment_method', 'failed'].includes(intent.status)

/** An intent may be called off until money is moving. */
export const mayCancel = mayPay

/** The intent after the network decided. */
export function decided(intent: Intent, card: Card): Intent {
  return card.outcome === 'succeeded'
    ? { ...intent, status: 'succeeded', failureCode: null }
    : { ...intent, status: 'failed', failureCode: card.code }
}
