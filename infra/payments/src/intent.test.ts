import { describe, expect, it } from 'vitest'
import { behaviourOf, cardNumber, decided, type Intent, mayCancel, mayPay } from './intent.ts'

const intent: Intent = {
  id: 'pi_1',
  reference: '77',
  amountMinor: 14073,
  currency: 'EGP',
  description: 'INV-2026-000012',
  locale: 'ar',
  returnUrl: 'http://127.0.0.1/back',
  status: 'requires_payment_method',
  failureCode: null,
  createdAt: '2026-11-20T10:00:00.000Z',
}

describe('a test card', () => {
  it('is read as people type it', () => {
    expect(cardNumber('4242 4242-4242 4242')).toBe('4242424242424242')
    expect(cardNumber('٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢')).toBe('4242424242424242')
    expect(cardNumber('۴۲۴۲۴۲۴۲۴۲۴۲۴۲۴۲')).toBe('4242424242424242')
  })

  it('pays, declines or is unknown by its number', () => {
    expect(behaviourOf('4242424242424242').outcome).toBe('succeeded')
    expect(behaviourOf('4000000000009995')).toMatchObject({ outcome: 'failed', code: 'insufficient_funds' })
    expect(behaviourOf('constructor')).toMatchObject({ code: 'unknown_card' })
  })
})

describe('an intent', () => {
  it('may be tried again after a decline and never after success', () => {
    const declined = decided(intent, behaviourOf('4000000000000002'))
    expect(declined).toMatchObject({ status: 'failed', failureCode: 'card_declined' })
    expect(mayPay(declined)).toBe(true)
    const paid = decided(declined, behaviourOf('4242424242424242'))
    expect(paid).toMatchObject({ status: 'succeeded', failureCode: null })
    expect(mayPay(paid)).toBe(false)
    expect(mayCancel(paid)).toBe(false)
  })
})
