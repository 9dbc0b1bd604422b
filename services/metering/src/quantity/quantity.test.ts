import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apportion, scaled, unscaled } from './quantity.ts'

const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 15n }), { minLength: 1, maxLength: 40 })
const total = fc.bigInt({ min: 0n, max: 10n ** 12n })

describe('a quantity', () => {
  it('survives the way to text and back', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
        fc.integer({ min: 0, max: 9 }),
        (value, places) => {
          expect(scaled(unscaled(value, places), places)).toBe(value)
        },
      ),
    )
  })

  it('is written in its shortest form', () => {
    expect([unscaled(12500n), unscaled(0n), unscaled(-1n), unscaled(-60000n)]).toEqual(['12.5', '0', '-0.001', '-60'])
  })

  it('refuses what is finer than its unit and what is no decimal', () => {
    for (const text of ['0.0005', '1e3', '', 'NaN', '1.', '١٢']) expect(() => scaled(text)).toThrow(RangeError)
    expect(scaled('1.5000')).toBe(1500n)
  })
})

describe('apportioning', () => {
  it('gives parts that sum to the whole', () => {
    fc.assert(
      fc.property(total, weights, (whole, list) => {
        const sum = apportion(whole, list).reduce((a, b) => a + b, 0n)
        expect(sum).toBe(list.some(weight => weight > 0n) ? whole : 0n)
      }),
    )
  })

  it('never gives the heavier less than the lighter, and is never off by a whole unit', () => {
    fc.assert(
      fc.property(total, weights, (whole, list) => {
        const parts = apportion(whole, list)
        const sum = list.reduce((a, b) => a + b, 0n)
        for (const [i, weight] of list.entries()) {
          if (sum > 0n) expect([0n, 1n]).toContain(parts[i]! - (whole * weight) / sum)
          for (const [j, other] of list.entries()) if (weight > other) expect(parts[i]! >= parts[j]!).toBe(true)
        }
      }),
    )
  })
})
