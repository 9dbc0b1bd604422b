import { Refusal } from '@sahary/contracts/refusal'

/** How a person names themself at the door: an e-mail address, or an Egyptian mobile number in its canonical form. */
export type Identifier = { kind: 'email'; value: string } | { kind: 'mobile'; value: string }

/** Marks that change how text runs and are carried along when a number is copied out of Arabic text. */
const invisible = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\u061c\ufeff]/g
const separators = /[\s\-\u2010-\u2015\u2212]/g
const email = /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/
const longestEmail = 254

/** Arabic-Indic (U+0660…) and Persian (U+06F0…) digits become ASCII digits. */
export const withAsciiDigits = (text: string): string =>
  text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, digit => String(digit.charCodeAt(0) & 0xf))

/**
 * An Egyptian mobile number as `+201[0125]` and eight digits, or null. Takes 010…, 10…, +20 10…, 0020 10…, 20 10…,
 * with spaces, dashes and any of the three digit sets. No guess at the carrier is made (numbers are portable).
 */
export function mobileOf(text: string): string | null {
  const digits = withAsciiDigits(text.replace(invisible, '')).replace(separators, '')
  return /^(?:\+20|0020|20|0)?(1[0125]\d{8})$/.exec(digits)?.[1]?.replace(/^/, '+20') ?? null
}

/** An e-mail address in small letters, or null. Dots and plus signs stay: they may belong to somebody else's mailbox. */
export function emailOf(text: string): string | null {
  const address = text.trim().toLowerCase()
  const proper = address.length <= longestEmail && email.test(address) && !/^\.|\.\.|\.@/.test(address)
  return proper ? address : null
}

/** What was typed at the door, in canonical form; refuses what is neither an e-mail nor an Egyptian mobile. */
export function identifierOf(text: string): Identifier {
  const value = text.includes('@') ? emailOf(text) : mobileOf(text)
  if (value === null)
    throw new Refusal('validation_failed', { faults: [{ field: 'identifier', code: 'identifier_invalid' }] })
  return { kind: text.includes('@') ? 'email' : 'mobile', value }
}
