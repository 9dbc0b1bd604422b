import type { Bus } from '@sahary/bus/nats'
import { businessClock, type Clock, type ClockState } from '@sahary/clock/clock'
import { clockSubjects } from '@sahary/clock/follow'
import { type Job, startJob } from '@sahary/clock/job'
import { transaction } from '@sahary/db/transaction'
import type { Logger } from '@sahary/observability/log'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'
import { keepClock } from './actions.ts'
import type { Kept } from './keeping.ts'

/** The clock that this gateway keeps for the platform. */
export type Keeper = {
  clock: Clock
  /** Shows and tells a clock that has just been changed. */
  adopt(kept: Kept): void
  stop(): Promise<void>
}

type Deps = { db: Kysely<Database>; bus: Bus; logger: Logger; first: { businessAt: Date; rate: number } }

const stateOf = ({ realAt, businessAt, rate }: Kept): ClockState => ({
  realAt: realAt.toISOString(),
  businessAt: businessAt.toISOString(),
  rate,
})

/**
 * Keeps the simulated clock: its state is in the schema, so that replicas agree and a restart goes on where it was;
 * every five seconds it is looked after and told, and whoever asks is answered. Waits for the database, not for NATS.
 */
export async function startKeeper({ db, bus, logger, first }: Deps): Promise<Keeper> {
  const load = () => transaction(db, tx => keepClock(tx, first, new Date()))
  let state = stateOf(await load())
  const clock = businessClock(state)
  const adopt = (kept: Kept) => {
    state = stateOf(kept)
    clock.adopt(state)
    tell(bus, state)
  }
  answer(bus, () => state, logger)
  const turn: Job = startJob({ name: 'clock', everyMs: 5000, logger, run: async () => adopt(await load()) })
  return { clock, adopt, stop: turn.stop }
}

function tell(bus: Bus, state: ClockState): void {
  // What is told while nobody can hear it is stale when they can: the next turn tells again.
  if (bus.connected()) void bus.connection().then(nc => nc.publish(clockSubjects.changed, JSON.stringify(state)))
}

/** One replica answers each question; the subscription outlives reconnects. */
function answer(bus: Bus, state: () => ClockState, logger: Logger): void {
  bus.connection().then(
    nc => {
      nc.subscribe(clockSubjects.get, {
        queue: 'gateway',
        callback: (error, message) => {
          if (error) logger.warn({ error }, 'a question for the clock could not be read')
          else message.respond(JSON.stringify(state()))
        },
      })
    },
    () => {},
  )
}
