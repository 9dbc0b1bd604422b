import type { Part } from '../proxy/parts.ts'
import type { PartState } from './status.ts'

const patienceMs = 1000
const freshMs = 2000

/** Whether the parts are ready, asked of their private ports at most every two seconds, however many want to know. */
export function partStates(parts: readonly Part[]): () => Promise<PartState[]> {
  let known: Promise<PartState[]> | null = null
  let askedAt = 0
  return () => {
    if (known && Date.now() - askedAt < freshMs) return known
    askedAt = Date.now()
    known = Promise.all(parts.map(async part => ({ name: part.name, state: await stateOf(part) })))
    return known
  }
}

async function stateOf({ opsUrl }: Part): Promise<PartState['state']> {
  if (!opsUrl) return 'unknown'
  const signal = AbortSignal.timeout(patienceMs)
  return fetch(`${opsUrl}/readyz`, { signal }).then(
    ({ ok }) => (ok ? 'up' : 'down'),
    () => 'down',
  )
}
