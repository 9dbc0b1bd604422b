import { describe, expect, it } from 'vitest'
import { afterCard, cardOutcome, mayPay, testCards } from './intent.ts'
import { amountText, checkoutPage } from './page.ts'

const intent = {
  id: 'int_1',
  amountMinor: 123456705,
  currency: 'EGP',
  reference: 'payment-1',
  description: '<b>INV</b>',
  returnUrl: 'http://portal.test/"x',
  locale: 'en' as const,
  status: 'open' as const,
  failureCode: null,
  checkoutUrl: 'http://pay.test/checkout/x',
  createdAt: '2026-11-20T10:00:00.000Z',
}

describe('a test card', () => {
  it('does what the list says', () => {
    expect(testCards.map(card => afterCard(card.outcome).status)).toEqual([
      'succeeded',
      'failed',
      'failed',
      'failed',
      'processing',
      'succeeded',
    ])
    expect(cardOutcome('۴۲۴۲ ۴۲۴۲ ۴۲۴۲ ۴۲۴۲')).toBe('succeeds')
  })

  it('is taken while the intent waits, and after a refusal', () => {
    expect(
      (['open', 'failed', 'processing', 'succeeded', 'cancelled', 'refunded'] as const).filter(status =>
        mayPay({ status }),
      ),
    ).toEqual(['open', 'failed'])
  })
})

describe('the checkout page', () => {
  it('shows amounts as people read them and the merchant’s words as text', () => {
    expect(amountText(intent)).toBe('1,234,567.05 EGP')
    const page = checkoutPage(intent, 'n')
    expect(page).not.toContain('<b>INV')
    expect(page).not.toContain('/"x')
    expect(page).toContain('lang="en" dir="ltr"')
  })

  it('offers the form only while a card can be used', () => {
    expect(checkoutPage({ ...intent, status: 'failed' }, 'n')).toContain('<form')
    expect(checkoutPage({ ...intent, status: 'succeeded' }, 'n')).not.toContain('<form')
    expect(checkoutPage({ ...intent, status: 'processing' }, 'n')).toContain('http-equiv="refresh"')
  })
})
