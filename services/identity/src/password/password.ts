import { createHmac } from 'node:crypto'
import type { ErrorCode } from '@sahary/contracts/errors'
import { withAsciiDigits } from '../user/identifier.ts'
import { bannedPasswords } from './banned.ts'

/** ASVS 5.0 6.2.1 and 6.2.9: at least 8 characters, no less than 64 allowed, no rule of composition. */
export const shortestPassword = 8
export const longestPassword = 128

/** True for one character repeated and for straight runs such as `12345678`, `abcdefgh` and `87654321`. */
function isRun(text: string): boolean {
  const steps = [...text].map((char, at, all) =>
    at === 0 ? null : char.codePointAt(0)! - all[at - 1]!.codePointAt(0)!,
  )
  const first = steps[1]
  return (first === 0 || first === 1 || first === -1) && steps.slice(1).every(step => step === first)
}

/**
 * Why `password` may not be chosen by a person known as `known` (their identifier and name), or null when it may.
 * Length counts characters, not bytes; the password is otherwise taken exactly as it came (ASVS 6.2.8).
 */
export function faultOfPassword(password: string, known: readonly string[]): ErrorCode | null {
  const length = [...password].length
  if (length < shortestPassword) return 'password_too_short'
  if (length > longestPassword) return 'password_too_long'
  const folded = withAsciiDigits(password.toLowerCase())
  if (bannedPasswords.has(folded) || isRun(folded)) return 'password_too_common'
  const own = known.flatMap(text => [text.toLowerCase(), text.toLowerCase().split('@')[0]!, text.replace(/^\+20/, '0')])
  return own.includes(folded) ? 'password_too_common' : null
}

/**
 * What bcrypt is given: 64 characters of base64, below its 72-byte limit, so that every character of the password
 * counts; keyed by the pepper, so that a stolen table cannot be tried against fast hashes (OWASP, password shucking).
 */
export const peppered = (pepper: string, password: string): string =>
  createHmac('sha384', pepper).update(password, 'utf8').digest('base64')
