/** How well this page hears the platform. */
export type Hearing = 'connecting' | 'live' | 'waiting' | 'offline'

let hearing: Hearing = 'connecting'
const listeners = new Set<() => void>()

export const presentHearing = (): Hearing => hearing

export function nowHearing(next: Hearing): void {
  if (next === hearing) return
  hearing = next
  for (const listener of listeners) listener()
}

export function onHearing(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
