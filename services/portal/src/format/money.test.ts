import { describe, expect, it } from 'vitest'
import { formatMoney, majorOf } from './money.ts'

const arabic = { language: 'ar', digits: 'latn' } as const
const arabicIndic = { language: 'ar', digits: 'arab' } as const
const english = { language: 'en', digits: 'latn' } as const

describe('an amount', () => {
  it('is written as the language writes it', () => {
    expect(formatMoney(114000, 'EGP', arabic)).toEqual({ number: '1,140.00', direction: 'ltr', name: 'ج.م.' })
    expect(formatMoney(114000, 'EGP', english)).toEqual({ number: '1,140.00', direction: 'ltr', name: 'EGP' })
  })

  it('that is negative has its minus left of Latin digits, and right of Arabic ones', () => {
    expect(formatMoney(-4250, 'EGP', arabic)).toMatchObject({ number: '-42.50', direction: 'ltr' })
    expect(formatMoney(-4250, 'EGP', arabicIndic)).toMatchObject({ number: '-٤٢٫٥٠', direction: 'rtl' })
    expect(formatMoney(-4250, 'EGP', { ...english, digits: 'arab' })).toMatchObject({ direction: 'ltr' })
  })

  it('has its piastres, however few or many', () => {
    expect(majorOf(0)).toBe('0.00')
    expect(majorOf(7)).toBe('0.07')
    expect(majorOf(-7)).toBe('-0.07')
    expect(majorOf(228050)).toBe('2280.50')
    expect(formatMoney(Number.MAX_SAFE_INTEGER, 'EGP', english).number).toBe('90,071,992,547,409.91')
  })

  it('shows the code of a currency that has no name here', () => {
    expect(formatMoney(100, 'USD', arabic)).toMatchObject({ number: '1.00', name: 'USD' })
  })
})
