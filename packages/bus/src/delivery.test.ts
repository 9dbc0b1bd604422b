import { expect, test } from 'vitest'
import { delayOf } from './delivery.ts'
import { dayOf } from './inbox.ts'

test('a message that fails waits 1, 5, 30, 120 and then 600 seconds, give or take a fifth', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8].map(attempt => delayOf(attempt, undefined, 0.5))).toEqual([
    1_000, 5_000, 30_000, 120_000, 600_000, 600_000, 600_000, 600_000,
  ])
  expect(delayOf(3, undefined, 0)).toBe(24_000)
  expect(delayOf(3, undefined, 1)).toBe(36_000)
})

test('an id of version 7 tells its day; another has the first of all days', () => {
  expect(dayOf('019a9f5c-7c00-7000-8000-000000000000')).toBe('2025-11-20')
  expect(dayOf('6f9619ff-8b86-4d01-b42d-00cf4fc964ff')).toBe('1970-01-01')
})
