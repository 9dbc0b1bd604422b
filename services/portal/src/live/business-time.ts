/** The platform's business clock as a page knows it: in production it is real time. */
type Known = { businessMs: number; realMs: number; rate: number }

let known: Known | null = null
const listeners = new Set<() => void>()

/** Calls back when the clock was set, so that ages that are shown are told anew. */
export function onBusinessTime(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Sets the clock by an answer that says what time it is; without a rate it goes on at the one it had. */
export function heardBusinessTime(at: string, rate = known?.rate ?? 1, realMs = Date.now()): void {
  const first = known === null || known.rate !== rate
  known = { businessMs: Date.parse(at), realMs, rate }
  if (first) for (const listener of listeners) listener()
}

/** Now, on the business clock; real time until an answer has said otherwise. */
export const businessNow = (realMs = Date.now()): Date =>
  known === null ? new Date(realMs) : new Date(known.businessMs + (realMs - known.realMs) * known.rate)
