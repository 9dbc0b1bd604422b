/**
 * The platform's business clock, as far as a page can know it: each answer that says "now" is noted with the moment it
 * came, and between answers the clock goes on at the rate that the last two showed. In production it is real time.
 */
type Note = { businessMs: number; realMs: number }

let last: Note | null = null
let rate = 1

/** The rate between two notes; too close together they say nothing. */
export const rateBetween = (before: Note, after: Note): number | null => {
  const real = after.realMs - before.realMs
  if (real < 1_000) return null
  const measured = (after.businessMs - before.businessMs) / real
  return measured < 0 ? null : Math.abs(measured - 1) < 0.05 ? 1 : measured
}

export function heardBusinessTime(at: string, realMs = Date.now()): void {
  const note = { businessMs: Date.parse(at), realMs }
  const measured = last && rateBetween(last, note)
  if (measured !== null) rate = measured
  if (last === null || measured !== null) last = note
}

/** Now, on the business clock; real time until an answer has said otherwise. */
export const businessNow = (realMs = Date.now()): Date =>
  last === null ? new Date(realMs) : new Date(last.businessMs + (realMs - last.realMs) * rate)
