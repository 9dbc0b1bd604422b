import { describe, expect, it } from 'vitest'
import { formatNumber, formatPercent, type Style } from './number.ts'

const arabic: Style = { language: 'ar', digits: 'latn' }
const arabicIndic: Style = { language: 'ar', digits: 'arab' }
const english: Style = { language: 'en', digits: 'latn' }

describe('a number', () => {
  it('has Latin digits in Arabic unless a person chose others', () => {
    expect(formatNumber(1234567.5, arabic, 1)).toBe('1,234,567.5')
    expect(formatNumber(1234567.5, arabicIndic, 1)).toBe('١٬٢٣٤٬٥٦٧٫٥')
    expect(formatNumber(1234567.5, english, 1)).toBe('1,234,567.5')
  })

  it('keeps every digit of an exact decimal that no fraction of the language could hold', () => {
    expect(formatNumber('12345678901234567.891', english, 3)).toBe('12,345,678,901,234,567.891')
  })

  it('has English digits in English whatever was chosen for Arabic', () => {
    expect(formatNumber(12, { language: 'en', digits: 'arab' })).toBe('12')
  })
})

describe('a share', () => {
  it('carries no invisible mark that a copy would take along', () => {
    for (const style of [arabic, arabicIndic, english])
      expect(formatPercent(64, style)).not.toMatch(/[\u200e\u200f\u061c]/)
    expect(formatPercent(64, english)).toBe('64%')
  })
})
