import { transaction } from '@sahary/db/transaction'
import type { Deps } from '../app.ts'
import { periodOf } from '../period/period.ts'
import { accountsToClose } from '../usage/store.ts'
import { closeOldestMonth, noticeOverdue } from './actions.ts'

const batch = 200

type Closing = Pick<Deps, 'db' | 'clock' | 'daysToPay'>

/**
 * Closes every month that is over, account by account and month by month, each in a transaction of its own: a turn
 * that is killed has either closed a month or left it as it was. Gives how many months were closed.
 */
export async function closeMonths(
  { db, clock, daysToPay }: Closing,
  graceMs: number,
  signal?: AbortSignal,
): Promise<number> {
  let closed = 0
  // The newest month that is over for as long as late usage is waited for.
  const until = periodOf(new Date(clock.now().getTime() - graceMs)).from
  for (let after = 0; ; ) {
    const accounts = await accountsToClose(db, until, after, batch)
    for (const accountId of accounts) {
      const closeOne = () => transaction(db, tx => closeOldestMonth(tx, accountId, clock.now(), { graceMs, daysToPay }))
      while (!signal?.aborted && (await closeOne())) closed++
      if (signal?.aborted) return closed
    }
    if (accounts.length < batch) return closed
    after = accounts.at(-1)!
  }
}

/** How long a month stays open after its end for usage that is late: on the business clock, and on a real watch. */
export type Grace = { graceMs: number; realMs: number }

/**
 * Closes months once they are over, and not before a real watch has moved as well: when the business clock is put
 * forward, what happened in the meantime has yet to be metered.
 */
export function monthCloser(deps: Closing, { graceMs, realMs }: Grace) {
  let seen = { until: 0, since: 0 }
  return async (signal?: AbortSignal): Promise<number> => {
    const until = periodOf(new Date(deps.clock.now().getTime() - graceMs)).from.getTime()
    if (until !== seen.until) seen = { until, since: performance.now() }
    return performance.now() - seen.since < realMs ? 0 : closeMonths(deps, graceMs, signal)
  }
}

/** Marks invoices whose last day is over. Gives how many. */
export async function markLate({ db, clock }: Pick<Deps, 'db' | 'clock'>, signal?: AbortSignal): Promise<number> {
  let late = 0
  while (!signal?.aborted) {
    const marked = await transaction(db, tx => noticeOverdue(tx, clock.now(), batch))
    late += marked
    if (marked < batch) break
  }
  return late
}
