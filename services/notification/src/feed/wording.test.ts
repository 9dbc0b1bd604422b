import { describe, expect, it } from 'vitest'
import { counted, dayText, ended, type Forms, fenced, lastDayText, listed, moneyText, timeText } from './wording.ts'

const servers: Record<'ar' | 'en', Forms> = {
  ar: {
    zero: 'لا توجد خوادم',
    one: 'خادم واحد',
    two: 'خادمان',
    few: '{n} خوادم',
    many: '{n} خادمًا',
    other: '{n} خادم',
  },
  en: { zero: 'No servers', one: '{n} server', other: '{n} servers' },
}

describe('counted things', () => {
  it.each([
    [0, 'لا توجد خوادم'],
    [1, 'خادم واحد'],
    [2, 'خادمان'],
    [3, '3 خوادم'],
    [11, '11 خادمًا'],
    [100, '100 خادم'],
    [103, '103 خوادم'],
  ])('%d in Arabic is %s', (n, text) => {
    expect(counted('ar', n, servers.ar)).toBe(text)
  })

  it.each([
    [0, 'No servers'],
    [1, '1 server'],
    [2, '2 servers'],
  ])('%d in English is %s', (n, text) => {
    expect(counted('en', n, servers.en)).toBe(text)
  })
})

describe('money', () => {
  it('is exact and grouped, whatever its size', () => {
    expect(moneyText('en', 14_073, 'EGP')).toBe('EGP 140.73')
    expect(moneyText('en', 5, 'EGP')).toBe('EGP 0.05')
    expect(moneyText('en', -123_456_789, 'EGP')).toBe('EGP -1,234,567.89')
    expect(moneyText('ar', 100_000, 'EGP')).toBe('\u20681,000.00\u2069 ج.م.')
    expect(moneyText('en', 100, 'USD')).toBe('USD 1.00')
  })

  it('at the end of a sentence has one full stop, be it the currency’s own', () => {
    expect(ended(moneyText('ar', 811, 'EGP'))).toBe('\u20688.11\u2069 ج.م.')
    expect(ended(moneyText('ar', 811, 'USD'))).toBe('\u20688.11\u2069 USD.')
  })
})

describe('times', () => {
  it('are those of Cairo, whatever the clock of the server says', () => {
    expect(timeText('en', '2026-11-20T10:20:00.000Z')).toBe('12:20 pm')
    expect(timeText('ar', '2026-11-20T10:20:00.000Z')).toBe('12:20 م')
    expect(timeText('en', '2026-07-20T10:20:00.000Z')).toBe('1:20 pm')
    expect(dayText('ar', '2026-11-20T23:00:00.000Z')).toBe('21 نوفمبر 2026')
  })

  it('name the last day of a half-open span', () => {
    expect(lastDayText('en', '2026-12-15T22:00:00.000Z')).toBe('15 December 2026')
  })
})

describe('names that people typed', () => {
  it('are fenced off and cannot turn the sentence round', () => {
    expect(fenced('web\u202e1')).toBe('\u2068web1\u2069')
  })

  it('are listed in the way of the language, five at most', () => {
    expect(listed('en', ['a', 'b']).replace(/[\u2068\u2069]/g, '')).toBe('a and b')
    expect(listed('ar', ['a', 'b']).replace(/[\u2068\u2069]/g, '')).toBe('a وb')
    expect(listed('en', ['a', 'b', 'c', 'd', 'e', 'f', 'g']).replace(/[\u2068\u2069]/g, '')).toMatch(
      /^a, b, c, d, e,? and 2 more$/,
    )
  })
})
