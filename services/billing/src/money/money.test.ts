import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { amountText, costOf, quotient, sumOf, taxOn } from './money.ts'

describe('the cost of a line', () => {
  it('is rounded once, half away from zero, where floats go wrong', () => {
    expect(costOf('402.50', '0.19')).toBe(7648n)
    expect(costOf('1', '0.005')).toBe(1n)
    expect(costOf('-1', '0.005')).toBe(-1n)
    expect(costOf('0.00001', '0.18')).toBe(0n)
    expect(costOf('999999999.99999', '123456.789')).toBe(12345678899999877n)
  })

  it('of a credit is the cost of the charge with the other sign', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 9 }), fc.integer({ min: 0, max: 10 ** 6 }), (quantity, price) => {
        const [q, p] = [quotient(String(quantity), 100_000, 5), quotient(String(price), 10_000, 4)]
        expect(costOf(quotient(String(-quantity), 100_000, 5), p)).toBe(-costOf(q, p))
      }),
    )
  })
})

describe('a quantity', () => {
  it('is an exact quotient to so many places, without a negative zero', () => {
    expect(quotient('3600', 3600, 5)).toBe('1')
    expect(quotient('100', 3600, 5)).toBe('0.02778')
    expect(quotient('-0.001', 3600, 5)).toBe('0')
    expect(sumOf(['0.1', '0.2'])).toBe('0.3')
    expect(sumOf([])).toBe('0')
  })
})

describe('VAT', () => {
  const nets = fc.array(fc.bigInt({ min: -(10n ** 9n), max: 10n ** 12n }), { maxLength: 40 })

  it('is taken once on the sum, and its parts sum to it', () => {
    fc.assert(
      fc.property(nets, fc.constantFrom('14', '10', '0', '5.5', '14.1234'), (list, percent) => {
        const { total, parts } = taxOn(list, percent)
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(total)
        const net = list.reduce((sum, each) => sum + each, 0n)
        const exact = net * BigInt(Math.round(Number(percent) * 10_000))
        const off = total * 1_000_000n - exact
        expect(off <= 500_000n && off >= -500_000n).toBe(true)
      }),
    )
  })

  it('gives each line the whole piastre below or above its exact share', () => {
    fc.assert(
      fc.property(nets, list => {
        for (const [index, part] of taxOn(list, '14').parts.entries()) {
          const off = part * 100n - list[index]! * 14n
          expect(off > -100n && off <= 100n).toBe(true)
        }
      }),
    )
  })

  it('of the peers’ classic is right', () => {
    expect(taxOn([7648n], '14').total).toBe(1071n)
    expect(taxOn([50n, 50n, 50n], '14')).toEqual({ total: 21n, parts: [7n, 7n, 7n] })
    expect(taxOn([25n, 25n], '14')).toEqual({ total: 7n, parts: [4n, 3n] })
  })
})

describe('an amount in words', () => {
  it('has two decimals', () => {
    expect([amountText(14073n), amountText(5n), amountText(-150n), amountText(0n)]).toEqual([
      '140.73',
      '0.05',
      '-1.50',
      '0.00',
    ])
  })
})
