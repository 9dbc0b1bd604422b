import { expect, test } from 'vitest'
import { floorAfter, ground } from './floor.ts'

const row = (id: bigint, ended_before: bigint, begun_before: bigint) => ({ id, ended_before, begun_before })
const read = (floor: typeof ground, ...rows: ReturnType<typeof row>[]) => floorAfter(floor, rows, true)

test('the floor rises to an id once all who could have drawn a lower one have ended', () => {
  const first = read(ground, row(5n, 90n, 100n), row(9n, 90n, 100n))
  expect(first).toEqual({ below: 0n, seen: { id: 9n, begunBefore: 100n } })
  expect(read(first, row(12n, 100n, 105n))).toEqual({ below: 9n, seen: { id: 12n, begunBefore: 105n } })
})

test('while one of them has not ended, the floor stays, whatever else is read', () => {
  const first = read(ground, row(9n, 90n, 100n))
  expect(read(first, row(12n, 99n, 105n))).toEqual(first)
  // It ends, and its row with the lower id is read: above the floor, as it must be.
  expect(read(first, row(7n, 110n, 111n)).below).toBe(9n)
})

test('what was left unread stays above the floor', () => {
  const first = read(ground, row(9n, 90n, 100n))
  expect(floorAfter(first, [row(3n, 110n, 111n)], false).below).toBe(3n)
  expect(floorAfter(first, [row(30n, 110n, 111n)], false).below).toBe(9n)
})

test('nothing read changes nothing', () => {
  expect(floorAfter(ground, [], true)).toBe(ground)
})
