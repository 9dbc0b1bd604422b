import { describe, expect, it } from 'vitest'
import { businessNow, heardBusinessTime, rateBetween } from './business-time.ts'

describe('the business clock', () => {
  it('goes on at the rate that the last two answers showed', () => {
    expect(businessNow(5_000).getTime()).toBe(5_000)
    heardBusinessTime('2026-06-01T06:00:00Z', 10_000)
    heardBusinessTime('2026-06-01T07:00:00Z', 70_000)
    expect(businessNow(130_000).toISOString()).toBe('2026-06-01T08:00:00.000Z')
  })

  it('takes answers that are too close together, or that went back, for no measure', () => {
    expect(rateBetween({ businessMs: 0, realMs: 0 }, { businessMs: 500, realMs: 500 })).toBeNull()
    expect(rateBetween({ businessMs: 9_000, realMs: 0 }, { businessMs: 0, realMs: 5_000 })).toBeNull()
  })

  it('is exactly real where it is nearly real', () => {
    expect(rateBetween({ businessMs: 0, realMs: 0 }, { businessMs: 10_020, realMs: 10_000 })).toBe(1)
  })
})
