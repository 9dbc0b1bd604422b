import { expect, it } from 'vitest'
import { createStore } from './store.ts'

it('whoever listens is told of another value, not of the same one, and not after they have left', () => {
  const store = createStore('live')
  const told: string[] = []
  const leave = store.onChange(() => told.push(store.get()))
  for (const next of ['live', 'waiting', 'waiting', 'live']) store.set(next)
  leave()
  store.set('offline')
  expect(told).toEqual(['waiting', 'live'])
  expect(store.get()).toBe('offline')
})
