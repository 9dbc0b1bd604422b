import { createStore } from '../store.ts'

/** How well this page hears the platform. */
export type Hearing = 'connecting' | 'live' | 'waiting' | 'offline'

export const hearing = createStore<Hearing>('connecting')
