import { expect, test } from 'vitest'
import { nightAfter } from './nightly.ts'

test.each([
  ['2026-11-20T00:59:59.999Z', '2026-11-20T01:00:00.000Z'],
  ['2026-11-20T01:00:00.000Z', '2026-11-21T01:00:00.000Z'],
  ['2026-12-31T18:00:00.000Z', '2027-01-01T01:00:00.000Z'],
])('after %s the next night is %s', (now, night) => {
  expect(nightAfter(new Date(now)).toISOString()).toBe(night)
})
