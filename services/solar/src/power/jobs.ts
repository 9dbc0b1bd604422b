import type { Clock } from '@sahary/clock/clock'
import { type Job, startJob } from '@sahary/clock/job'
import { transaction } from '@sahary/db/transaction'
import type { Logger } from '@sahary/observability/log'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'
import { isSettled, lookAgain, type Ticks } from '../live/freshness.ts'
import { observe } from '../live/observe.ts'
import { loadSites } from '../live/store.ts'
import { stepSite } from './actions.ts'
import { inputsOf } from './inputs.ts'
import type { Smoothed } from './runtime.ts'
import { type PowerState, step } from './step.ts'
import { powerRecords } from './store.ts'

type Needs = { db: Kysely<Database>; clock: Clock; logger: Logger }

/** The smoothed draw of each site, kept between turns; after a restart it begins with what flows then. */
export type Draws = Map<number, Smoothed>

/** Two states that nobody needs to write down the difference of. */
const same = (a: PowerState, b: PowerState): boolean => JSON.stringify(a) === JSON.stringify(b)

/** One turn for every site: steps where something has changed, and only then writes. */
export async function judgeSites({ db, clock }: Pick<Needs, 'db' | 'clock'>, draws: Draws): Promise<void> {
  // One moment for all of the turn: the clock may be set forward while it is under way.
  const [now, rate] = [clock.now(), clock.rate()]
  const sites = new Map((await loadSites(db)).map(site => [site.siteId, site]))
  for (const { siteId, site, state } of await powerRecords(db)) {
    const stored = sites.get(siteId)
    if (!stored) continue
    const observed = observe(stored, now, rate)
    const { inputs, rules, smoothed } = inputsOf(site, observed, draws.get(siteId) ?? null, now)
    draws.set(siteId, smoothed)
    if (same(step(state, inputs, now, rules).state, state)) continue
    await transaction(db, tx => stepSite(tx, siteId, { inputs, rules, backupSource: site.backupSource }, now))
  }
}

/** The ladder's own pace is real time; its holds and notices are business time. */
export function startLadder({ db, clock, logger }: Needs): Job {
  const draws: Draws = new Map()
  let ticks: Ticks | undefined
  const run = async (): Promise<void> => {
    ticks = lookAgain(ticks, { realMs: performance.now(), businessMs: clock.now().getTime() }, clock.rate())
    if (isSettled(ticks)) await judgeSites({ db, clock }, draws)
  }
  return startJob({ name: 'ladder', everyMs: 200, run, logger })
}
