import { expect, test } from 'vitest'
import { freePort, holdDrawn } from './port.ts'

test('a port that somebody took since it was found free is not insisted on', async () => {
  const other = await holdDrawn(freePort)
  const draws = [other.port, other.port, await freePort()]
  const own = await holdDrawn(async () => draws.shift()!)
  expect(own.port).not.toBe(other.port)
  expect(draws).toEqual([])
  await Promise.all([own.free(), other.free()])
})
