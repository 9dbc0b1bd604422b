import { expect, it } from 'vitest'
import { steady } from './steady.ts'

const broken = () => Promise.reject(new TypeError('Failed to fetch'))

it('a connection that broke once is tried once more', async () => {
  const tries: number[] = []
  const answer = await steady(() => {
    tries.push(tries.length)
    return tries.length === 1 ? broken() : Promise.resolve(new Response('here'))
  })
  expect(await answer.text()).toBe('here')
  expect(tries).toHaveLength(2)
})

it('one that breaks twice is told', async () => {
  await expect(steady(broken)).rejects.toThrow('Failed to fetch')
})

it('somebody who left is not asked again', async () => {
  let tries = 0
  const leaving = steady(() => {
    tries += 1
    return Promise.reject(new DOMException('left', 'AbortError'))
  })
  await expect(leaving).rejects.toThrow('left')
  expect(tries).toBe(1)
})
