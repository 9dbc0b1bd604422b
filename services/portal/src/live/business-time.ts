import { createStore } from '../store.ts'

/** The platform's business clock as a page knows it: in production it is real time. */
type Known = { businessMs: number; realMs: number; rate: number }

let known: Known | null = null
const pace = createStore<number | null>(null)

/** Calls back when the clock was set, so that ages that are shown are told anew. */
export const onBusinessTime = pace.onChange

/** Sets the clock by an answer that says what time it is; without a rate it goes on at the one it had. */
export function heardBusinessTime(at: string, rate = known?.rate ?? 1, realMs = Date.now()): void {
  known = { businessMs: Date.parse(at), realMs, rate }
  pace.set(rate)
}

/** Now, on the business clock; real time until an answer has said otherwise. */
export const businessNow = (realMs = Date.now()): Date =>
  known === null ? new Date(realMs) : new Date(known.businessMs + (realMs - known.realMs) * known.rate)
