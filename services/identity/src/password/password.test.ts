import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bannedPasswords } from './banned.ts'
import { faultOfPassword, longestPassword, peppered, shortestPassword } from './password.ts'

describe('a password', () => {
  it.each([
    ['seven77', 'password_too_short'],
    ['', 'password_too_short'],
    ['😀😀😀😀😀😀😀', 'password_too_short'],
    ['x'.repeat(129), 'password_too_long'],
    ['Password123', 'password_too_common'],
    ['QWERTY123', 'password_too_common'],
    ['Ahmed1234', 'password_too_common'],
    ['١٢٣٤٥٦٧٨٩', 'password_too_common'],
    ['aaaaaaaaaa', 'password_too_common'],
    ['23456789', 'password_too_common'],
    ['hgfedcba', 'password_too_common'],
    ['mona@example.com', 'password_too_common'],
    ['01012345678', 'password_too_common'],
    ['+201012345678', 'password_too_common'],
    ['Mona ElSayed', 'password_too_common'],
  ])('%j is refused: %s', (password, fault) => {
    expect(faultOfPassword(password, ['mona@example.com', '+201012345678', 'mona elsayed'])).toBe(fault)
  })

  it.each([
    'correct horse',
    'صحراء مشمسة',
    '😀🌞🔋⚡🏜🌴🐪💧',
    'aaaaaaab',
    ' leading and trailing ',
    'no-digits-or-capitals',
  ])('%j may be chosen: there is no rule of composition', password => {
    expect(faultOfPassword(password, ['mona@example.com'])).toBeNull()
  })

  it('is measured in characters, between the shortest and the longest', () => {
    expect(faultOfPassword('🌴🐪'.repeat(shortestPassword / 2), [])).toBeNull()
    expect(faultOfPassword('🌴🐪'.repeat(longestPassword / 2), [])).toBeNull()
  })

  it('of the three thousand most common that are long enough is refused, and each is in small letters', () => {
    const admitted = [...bannedPasswords].filter(word => word.length >= shortestPassword)
    expect(admitted.length).toBeGreaterThanOrEqual(3000)
    for (const word of admitted) expect(faultOfPassword(word.toUpperCase(), [])).toBe('password_too_common')
  })
})

// fast-check's own 'binary' strings cost a second to set up.
const anyChar = fc.oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
const anyText = fc.array(anyChar, { maxLength: 100 }).map(points => String.fromCodePoint(...points))

describe('what bcrypt is given', () => {
  it('always fits below its 72-byte limit and tells any two passwords apart', () => {
    fc.assert(
      fc.property(anyText, fc.string({ maxLength: 100 }), (one, other) => {
        expect(Buffer.byteLength(peppered('pepper', one))).toBe(64)
        expect(peppered('pepper', one) === peppered('pepper', other)).toBe(one === other)
      }),
      { numRuns: 50 },
    )
  })

  it('depends on the pepper and on the 73rd byte', () => {
    expect(peppered('one', 'secret')).not.toBe(peppered('other', 'secret'))
    expect(peppered('one', `${'x'.repeat(72)}a`)).not.toBe(peppered('one', `${'x'.repeat(72)}b`))
  })
})
