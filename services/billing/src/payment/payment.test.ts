import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { invoiceEntries, paymentEntries, refundEntries } from '../ledger/ledger.ts'
import { decide, isOpen, type Payment, paymentStates, type Tidings } from './payment.ts'

const payment = (status: Payment['status'], more: Partial<Payment> = {}): Payment => ({
  id: 77,
  invoiceId: 501,
  accountId: 7,
  amountMinor: 14073n,
  currency: 'EGP',
  provider: 'sandbox',
  providerKey: 'key',
  providerRef: 'int_1',
  checkoutUrl: 'http://pay.test',
  returnPath: '/customer',
  status,
  failureCode: null,
  createdAt: new Date(0),
  settledAt: null,
  ...more,
})
const told = (state: Tidings['state'], amountMinor = 14073n, currency = 'EGP'): Tidings => ({
  state,
  amountMinor,
  currency,
  failureCode: null,
})

describe('money that came', () => {
  it('is applied to an invoice that waits for it, whatever we thought of the payment before', () => {
    for (const status of ['opening', 'pending', 'failed', 'cancelling', 'cancelled'] as const)
      expect(decide(payment(status), 'overdue', told('succeeded'))).toBe('apply')
  })

  it('goes back when the invoice does not wait any more', () => {
    expect(decide(payment('pending'), 'paid', told('succeeded'))).toBe('give_back')
    expect(decide(payment('cancelled'), 'void', told('succeeded'))).toBe('give_back')
  })

  it('of another amount or currency is looked at by a person', () => {
    expect(decide(payment('pending'), 'open', told('succeeded', 14072n))).toBe('review')
    expect(decide(payment('pending'), 'open', told('succeeded', 14073n, 'USD'))).toBe('review')
  })
})

describe('tidings', () => {
  it('that come again, or after the end, change nothing', () => {
    for (const status of ['succeeded', 'refunding', 'refunded', 'review'] as const)
      for (const state of ['open', 'succeeded', 'failed', 'cancelled'] as const)
        expect(decide(payment(status), 'paid', told(state))).toBe('nothing')
    expect(decide(payment('failed'), 'open', told('failed'))).toBe('nothing')
    expect(decide(payment('cancelled'), 'paid', told('cancelled'))).toBe('nothing')
  })

  it('of a failure never undo a success, and of a refund end one that was asked for', () => {
    expect(decide(payment('succeeded'), 'paid', told('failed'))).toBe('nothing')
    expect(decide(payment('pending'), 'open', told('failed'))).toBe('fail')
    expect(decide(payment('refunding'), 'paid', told('refunded'))).toBe('refund')
    expect(decide(payment('succeeded'), 'paid', told('refunded'))).toBe('nothing')
    expect(decide(payment('cancelling'), 'paid', told('cancelled'))).toBe('cancel')
  })

  it('apply at most one payment to an invoice, in whatever order they come', () => {
    const states = fc.constantFrom<Tidings['state']>('open', 'succeeded', 'failed', 'cancelled')
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 2 }), states), { maxLength: 20 }), list => {
        const after = {
          apply: 'succeeded',
          give_back: 'refunding',
          fail: 'failed',
          cancel: 'cancelled',
          review: 'review',
          refund: 'refunded',
        } as const
        const payments = [payment('pending'), payment('pending'), payment('pending')]
        let paid = 0
        for (const [index, state] of list) {
          const decision = decide(payments[index]!, paid > 0 ? 'paid' : 'open', told(state))
          if (decision === 'apply') paid++
          if (decision !== 'nothing') payments[index] = payment(after[decision])
        }
        expect(paid).toBeLessThanOrEqual(1)
        expect(payments.filter(each => each.status === 'succeeded').length).toBe(paid)
        const cameIn = payments.filter((_, index) =>
          list.some(([which, state]) => which === index && state === 'succeeded'),
        )
        expect(cameIn.every(each => each.status === 'succeeded' || each.status === 'refunding')).toBe(true)
      }),
    )
  })

  it('leave a checkout open only while somebody could still pay', () => {
    expect(paymentStates.filter(status => isOpen({ status }))).toEqual(['opening', 'pending', 'failed'])
  })
})

describe('the ledger', () => {
  it('balances whatever is posted', () => {
    const amount = fc.bigInt({ min: 0n, max: 10n ** 15n })
    const sum = (entries: { amountMinor: bigint }[]) => entries.reduce((total, entry) => total + entry.amountMinor, 0n)
    fc.assert(
      fc.property(amount, amount, fc.boolean(), (netMinor, vatMinor, applied) => {
        expect(sum(invoiceEntries({ netMinor, vatMinor, totalMinor: netMinor + vatMinor }))).toBe(0n)
        expect(sum(paymentEntries(netMinor, applied))).toBe(0n)
        expect(sum(refundEntries(netMinor))).toBe(0n)
      }),
    )
  })

  it('holds no empty entries, and keeps what was not applied apart from what is owed', () => {
    expect(invoiceEntries({ netMinor: 5n, vatMinor: 0n, totalMinor: 5n }).map(entry => entry.ledgerAccount)).toEqual([
      'receivable',
      'revenue',
    ])
    expect(paymentEntries(5n, false)).toEqual([
      { ledgerAccount: 'card_network', amountMinor: 5n },
      { ledgerAccount: 'unapplied', amountMinor: -5n },
    ])
  })
})
