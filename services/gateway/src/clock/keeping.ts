import { Refusal } from '@sahary/contracts/refusal'

/** At the real instant `realAt` the clock showed `businessAt`, and it runs `rate` times as fast as real time. */
export type Kept = { realAt: Date; businessAt: Date; rate: number }

/** What an operator may ask of the clock. */
export type Change = { businessAt?: Date | undefined; rate?: number | undefined }

/** While nobody has looked after the clock for longer than this, the platform was down and business time stood still. */
const longestAbsenceMs = 60_000

/** What the clock shows at `real`. */
export const shownAt = ({ realAt, businessAt, rate }: Kept, real: Date): Date =>
  new Date(businessAt.getTime() + (real.getTime() - realAt.getTime()) * rate)

/** The clock after `change` at `real`. It only goes forward: intervals, slots and invoices are never in the future. */
export function changed(kept: Kept, change: Change, real: Date): Kept {
  const now = shownAt(kept, real)
  if (change.businessAt && change.businessAt < now)
    throw new Refusal('clock_only_forward', { params: { now: now.toISOString() } })
  return { realAt: real, businessAt: change.businessAt ?? now, rate: change.rate ?? kept.rate }
}

/** The clock as it goes on at `real`, when somebody last looked after it at `keptAt`. */
export function resumed(kept: Kept, keptAt: Date, real: Date): Kept {
  if (real.getTime() - keptAt.getTime() <= longestAbsenceMs) return kept
  return { ...kept, realAt: real, businessAt: shownAt(kept, keptAt) }
}
