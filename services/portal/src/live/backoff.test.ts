import { describe, expect, it } from 'vitest'
import { waitBefore } from './backoff.ts'

describe('the wait before coming back', () => {
  it('doubles from half a second and stops at half a minute', () => {
    expect([0, 1, 2, 3].map(attempt => waitBefore(attempt, 1))).toEqual([500, 1000, 2000, 4000])
    expect(waitBefore(40, 1)).toBe(30_000)
  })

  it('is spread, but never less than half of itself', () => {
    expect(waitBefore(3, 0)).toBe(2000)
    expect(waitBefore(3, 0.5)).toBe(3000)
  })
})
