import { describe, expect, it } from 'vitest'
import { isCrossSite, noRefreshCookie, refreshCookie, tokenInCookie } from './cookie.ts'

const tls = { secure: true }
const plain = { secure: false }

describe('the cookie of the portal', () => {
  it('is bound to its host, unreadable to scripts and same-site', () => {
    expect(refreshCookie(tls, 'srt_x', 60)).toBe(
      '__Host-sahary-refresh=srt_x; Max-Age=60; Path=/; HttpOnly; SameSite=Strict; Secure',
    )
    expect(refreshCookie(plain, 'srt_x', 60)).toBe(
      'sahary-refresh=srt_x; Max-Age=60; Path=/; HttpOnly; SameSite=Strict',
    )
  })

  it('is taken away with the attributes it was set with', () => {
    expect(noRefreshCookie(tls)).toBe('__Host-sahary-refresh=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict; Secure')
  })

  it('is found among others, and is never mistaken for one of the other mode', () => {
    expect(tokenInCookie(tls, 'a=1; __Host-sahary-refresh=srt_x; b=2')).toBe('srt_x')
    expect(tokenInCookie(tls, 'sahary-refresh=srt_x')).toBeNull()
    expect(tokenInCookie(plain, 'x-sahary-refresh=srt_x')).toBeNull()
    expect(tokenInCookie(plain, 'sahary-refresh=')).toBeNull()
    expect(tokenInCookie(plain, undefined)).toBeNull()
  })

  it('is not honoured for another site', () => {
    expect(isCrossSite('cross-site')).toBe(true)
    expect(isCrossSite('same-site')).toBe(true)
    expect(isCrossSite('same-origin')).toBe(false)
    expect(isCrossSite('none')).toBe(false)
    expect(isCrossSite(undefined)).toBe(false)
  })
})
