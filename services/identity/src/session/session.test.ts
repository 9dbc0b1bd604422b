import { describe, expect, it } from 'vitest'
import { graceMs, hashOf, judge, refreshEnd, refreshIdleMs, refreshTokenOf, sessionMs, successorOf } from './session.ts'

const now = new Date('2026-11-20T10:00:00Z')
const at = (ms: number) => new Date(now.getTime() + ms)
const session = { expiresAt: at(sessionMs), revokedAt: null }
const fresh = { usedAt: null, expiresAt: at(refreshIdleMs), successorUsed: false }

describe('a presented refresh token', () => {
  it.each([
    ['unspent', fresh, session, 'rotate'],
    ['unspent and past its idle time', { ...fresh, expiresAt: at(0) }, session, 'ended'],
    ['spent a moment ago', { ...fresh, usedAt: at(-graceMs) }, session, 'repeat'],
    [
      'spent a moment ago whose successor is spent too',
      { ...fresh, usedAt: at(-1), successorUsed: true },
      session,
      'reuse',
    ],
    ['spent longer ago than the grace', { ...fresh, usedAt: at(-graceMs - 1) }, session, 'reuse'],
    ['spent and expired', { ...fresh, usedAt: at(-graceMs - 1), expiresAt: at(-1) }, session, 'reuse'],
    ['of a revoked session', fresh, { ...session, revokedAt: at(-1) }, 'ended'],
    ['of a session past its end', fresh, { ...session, expiresAt: at(0) }, 'ended'],
    ['spent, of a revoked session', { ...fresh, usedAt: at(-1e9) }, { ...session, revokedAt: at(-1) }, 'ended'],
  ])('%s', (_name, token, of, verdict) => {
    expect(judge(token, of, now)).toBe(verdict)
  })

  it('never outlives its session', () => {
    expect(refreshEnd(now, session)).toEqual(at(refreshIdleMs))
    expect(refreshEnd(at(sessionMs - 5), session)).toEqual(session.expiresAt)
  })
})

describe('the successor of a token', () => {
  const token = refreshTokenOf(new Uint8Array(32).fill(7))

  it('is the same each time, has 256 bits, and needs the secret', () => {
    expect(successorOf('secret', token)).toBe(successorOf('secret', token))
    expect(successorOf('secret', token)).toMatch(/^srt_[\w-]{43}$/)
    expect(successorOf('other', token)).not.toBe(successorOf('secret', token))
    expect(successorOf('secret', successorOf('secret', token))).not.toBe(token)
  })

  it('is stored as a hash that does not show it', () => {
    expect(hashOf(token)).toHaveLength(32)
    expect(hashOf(token).toString('base64url')).not.toContain(token.slice(4, 12))
  })
})
