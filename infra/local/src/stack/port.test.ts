import { expect, test } from 'vitest'
import { freePort, holdDrawn, isFree } from './port.ts'

test('a port that somebody took since it was found free is not insisted on', async () => {
  const other = await holdDrawn(freePort)
  const draws = [other.port, other.port, await freePort()]
  const own = await holdDrawn(async () => draws.shift()!)
  expect(own.port).not.toBe(other.port)
  expect(draws).toEqual([])
  for (const held of [own, other]) {
    await held.free()
    held.unmark()
  }
})

test('a port is no other platform’s while nobody listens on it yet, and is free again afterwards', async () => {
  const own = await holdDrawn(freePort)
  await own.free()
  expect(await isFree(own.port)).toBe(false)
  own.unmark()
  await expect.poll(() => isFree(own.port)).toBe(true)
})
