import { useSyncExternalStore } from 'react'

export type Store<T> = { get: () => T; set: (next: T) => void; onChange: (listener: () => void) => () => void }

/** One value outside of the tree of components; whoever listens is called when it has become another. */
export function createStore<T>(initial: T): Store<T> {
  let value = initial
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set: next => {
      if (Object.is(next, value)) return
      value = next
      for (const listener of listeners) listener()
    },
    onChange: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

export const useStored = <T>({ get, onChange }: Store<T>): T => useSyncExternalStore(onChange, get)
