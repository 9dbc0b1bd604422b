import { expect, it } from 'vitest'
import { businessNow, heardBusinessTime, onBusinessTime } from './business-time.ts'

it('the business clock is real time until the platform says otherwise, and then goes at the rate it said', () => {
  expect(businessNow(5_000).getTime()).toBe(5_000)
  heardBusinessTime('2026-06-01T06:00:00Z', 60, 10_000)
  expect(businessNow(70_000).toISOString()).toBe('2026-06-01T07:00:00.000Z')
})

it('an answer without a rate sets the hands and keeps the pace', () => {
  heardBusinessTime('2026-06-01T08:00:00Z', undefined, 100_000)
  expect(businessNow(101_000).toISOString()).toBe('2026-06-01T08:01:00.000Z')
})

it('whoever shows ages is told when the pace changes, not at every answer', () => {
  let told = 0
  const leave = onBusinessTime(() => {
    told += 1
  })
  heardBusinessTime('2026-06-01T09:00:00Z', 60, 200_000)
  heardBusinessTime('2026-06-01T09:00:05Z', 1, 205_000)
  leave()
  expect(told).toBe(1)
})
