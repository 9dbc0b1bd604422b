import { expect, test } from 'vitest'
import { createBell, emitted, ringOnEmit } from './bell.ts'

const long = 60_000

test('waiting ends when the bell rings', async () => {
  const bell = createBell()
  const waiting = bell.wait(long)
  bell.ring()
  await waiting
})

test('a ring before the wait is not lost, and counts once', async () => {
  const bell = createBell()
  bell.ring()
  bell.ring()
  await bell.wait(long)
  const start = performance.now()
  await bell.wait(20)
  expect(performance.now() - start).toBeGreaterThan(15)
})

test('an emit rings every bell that asked for it', async () => {
  const bell = createBell()
  const stop = ringOnEmit(bell)
  emitted()
  await bell.wait(long)
  stop()
})
