import { Refusal } from '@sahary/contracts/refusal'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emailOf, identifierOf, mobileOf } from './identifier.ts'

const canonical = '+201012345678'

describe('an Egyptian mobile number', () => {
  it.each([
    '01012345678',
    '1012345678',
    '+201012345678',
    '00201012345678',
    '201012345678',
    '+20 10 1234 5678',
    '010-1234-5678',
    '010 – 1234 ‑ 5678',
    '٠١٠١٢٣٤٥٦٧٨',
    '۰۱۰۱۲۳۴۵۶۷۸',
    '+٢٠١٠١٢٣٤٥٦٧٨',
    '\u200f٠١٠ ١٢٣٤ ٥٦٧٨\u200e',
    '\u2066+201012345678\u2069',
    '  01012345678  ',
    '010\u00a01234\u00a05678',
  ])('is understood as %j', text => {
    expect(mobileOf(text)).toBe(canonical)
  })

  it.each(['010', '011', '012', '015'])('may begin with %s', prefix => {
    expect(mobileOf(`${prefix}12345678`)).toBe(`+20${prefix.slice(1)}12345678`)
  })

  it.each([
    '',
    '01312345678',
    '01412345678',
    '0101234567',
    '010123456789',
    '+2001012345678',
    '+966501234567',
    '0223456789',
    '++201012345678',
    '01012345678x',
    '010.1234.5678',
    '\u0000',
    '१२३४५६७८९०१',
  ])('is not %j', text => {
    expect(mobileOf(text)).toBeNull()
  })

  it('reads the same in every digit set, with any dashes and blanks between', () => {
    const digit = fc.integer({ min: 0, max: 9 })
    const set = fc.constantFrom(0x30, 0x660, 0x6f0)
    const gap = fc.constantFrom('', ' ', '-', '\u00a0', '\u200f')
    fc.assert(
      fc.property(
        fc.constantFrom('0', '1', '2', '5'),
        fc.array(digit, { minLength: 8, maxLength: 8 }),
        fc.array(fc.tuple(set, gap), { minLength: 11, maxLength: 11 }),
        (carrier, rest, drawn) => {
          const plain = `01${carrier}${rest.join('')}`
          const typed = [...plain].map((char, at) => String.fromCharCode(drawn[at]![0] + Number(char)) + drawn[at]![1])
          expect(mobileOf(typed.join(''))).toBe(`+2${plain}`)
        },
      ),
    )
  })
})

describe('an e-mail address', () => {
  it('is kept in small letters and otherwise as it is', () => {
    expect(emailOf(' Mona.ElSayed+vm@Example.COM ')).toBe('mona.elsayed+vm@example.com')
  })

  it.each([
    'a@b',
    '@example.com',
    'a@',
    'a b@example.com',
    'a@@example.com',
    '.a@example.com',
    'a..b@example.com',
    'a.@b.co',
  ])('is not %j', text => {
    expect(emailOf(text)).toBeNull()
  })

  it('is not longer than 254 characters', () => {
    expect(
      emailOf(`a@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.${'f'.repeat(30)}.com`),
    ).toBeNull()
  })
})

const anyText = fc
  .array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 40 })
  .map(points => String.fromCodePoint(...points))

describe('what is typed at the door', () => {
  it('is an address when it has an @, else a number', () => {
    expect(identifierOf('MONA@example.com')).toEqual({ kind: 'email', value: 'mona@example.com' })
    expect(identifierOf('٠١٠١٢٣٤٥٦٧٨')).toEqual({ kind: 'mobile', value: canonical })
  })

  it('is refused with the field when it is neither', () => {
    const refused = () => identifierOf('nobody')
    expect(refused).toThrow(Refusal)
    try {
      refused()
    } catch (error) {
      expect((error as Refusal).faults).toEqual([{ field: 'identifier', code: 'identifier_invalid' }])
    }
  })

  it('never throws anything but a refusal, whatever it is', () => {
    fc.assert(
      fc.property(anyText, text => {
        try {
          const found = identifierOf(text)
          expect(found.kind === 'mobile' ? mobileOf(found.value) : emailOf(found.value)).toBe(found.value)
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal)
        }
      }),
    )
  })
})
