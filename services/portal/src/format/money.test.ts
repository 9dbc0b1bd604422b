import { describe, expect, it } from 'vitest'
import { formatMoney, majorOf } from './money.ts'

const arabic = { language: 'ar', digits: 'latn' } as const
const english = { language: 'en', digits: 'latn' } as const

describe('an amount', () => {
  it('is written as the language writes it', () => {
    expect(formatMoney(114000, 'EGP', arabic)).toBe('1,140.00\u00a0ج.م.')
    expect(formatMoney(114000, 'EGP', english)).toBe('EGP\u00a01,140.00')
  })

  it('has its piastres, however few or many', () => {
    expect(majorOf(0)).toBe('0.00')
    expect(majorOf(7)).toBe('0.07')
    expect(majorOf(-7)).toBe('-0.07')
    expect(majorOf(228050)).toBe('2280.50')
    expect(formatMoney(Number.MAX_SAFE_INTEGER, 'EGP', english)).toBe('EGP\u00a090,071,992,547,409.91')
  })

  it('shows the code of a currency that has no name here', () => {
    expect(formatMoney(100, 'USD', arabic)).toBe('1.00\u00a0USD')
  })
})
