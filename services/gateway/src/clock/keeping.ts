import { Refusal } from '@sahary/contracts/refusal'

/** At the real instant `realAt` the clock showed `businessAt`, and it runs `rate` times as fast as real time. */
export type Kept = { realAt: Date; businessAt: Date; rate: number }

/** What an operator may ask of the clock. */
export type Change = { businessAt?: Date | undefined; rate?: number | undefined }

/** While nobody has looked after the clock for longer than this, the platform was down and business time stood still. */
const longestAbsenceMs = 60_000
/** What is leapt over is caught up with, slot by slot. */
const longestLeapDays = 366
const dayMs = 24 * 3_600_000

/** What the clock shows at `real`. */
export const shownAt = ({ realAt, businessAt, rate }: Kept, real: Date): Date =>
  new Date(businessAt.getTime() + (real.getTime() - realAt.getTime()) * rate)

/**
 * The clock after `change` at `real`. It only goes forward: intervals, slots and invoices are never in the future. It
 * cannot be put back, so a year that was mistyped is refused.
 */
export function changed(kept: Kept, change: Change, real: Date): Kept {
  const now = shownAt(kept, real)
  const { businessAt = now, rate = kept.rate } = change
  if (businessAt < now) throw refused('clock_only_forward', { now: now.toISOString() })
  if (businessAt.getTime() - now.getTime() > longestLeapDays * dayMs)
    throw refused('clock_too_far', { days: longestLeapDays })
  return { realAt: real, businessAt, rate }
}

const refused = (code: 'clock_only_forward' | 'clock_too_far', params: Record<string, string | number>): Refusal =>
  new Refusal(code, { params, faults: [{ field: 'businessAt', code, params }] })

/** The clock as it goes on at `real`, when somebody last looked after it at `keptAt`. */
export function resumed(kept: Kept, keptAt: Date, real: Date): Kept {
  if (real.getTime() - keptAt.getTime() <= longestAbsenceMs) return kept
  return { ...kept, realAt: real, businessAt: shownAt(kept, keptAt) }
}
