import type { Revoked } from '@sahary/auth/revoked'
import type { Verify } from '@sahary/auth/verify'
import { startConsumers } from '@sahary/bus/consumer'
import type { Handlers } from '@sahary/bus/handler'
import type { Bus } from '@sahary/bus/nats'
import { startRelay } from '@sahary/bus/relay'
import { hearRevocations } from '@sahary/bus/revocations'
import type { Clock } from '@sahary/clock/clock'
import { startJob } from '@sahary/clock/job'
import type { Connected } from '@sahary/db/connect'
import type { WithSpine } from '@sahary/db/spine'
import { isDraining } from '@sahary/http/drain'
import { createServer, type Server } from '@sahary/http/server'
import type { Logger } from '@sahary/observability/log'
import { createMetrics } from '@sahary/observability/metrics'
import { type Kysely, sql } from 'kysely'

import { energyConsumers } from './energy/consumers.ts'
import { shareSlots } from './energy/jobs.ts'
import { listingRoutes } from './listing/routes.ts'
import { sharingRoutes } from './sharing/routes.ts'
import type { Tables } from './tables.ts'
import { usageConsumers } from './usage/consumers.ts'
import { recordDue } from './usage/jobs.ts'
import type { Patience } from './usage/usage.ts'

export type Database = WithSpine<Tables>

export type Deps = {
  db: Kysely<Database>
  clock: Clock
  logger: Logger
  verify: Verify
}

/** Metering's API; listens to nothing. */
export function createApp({ db, clock, logger, verify }: Deps): Server {
  const app = createServer({ service: 'metering', logger, verify })
  listingRoutes(app, { db, clock })
  sharingRoutes(app, { db })
  return app
}

/** How long slots wait for metering and hours wait for slots. */
export type Waits = { slot: Patience; usage: Patience }

/** What metering does when it hears something. */
export const consumersOf = (deps: Deps): Handlers<Database> => ({
  ...usageConsumers(deps),
  ...energyConsumers(deps),
})

/** Starts what metering does by itself: saying, hearing, and its jobs. Gives how to stop each. */
export function startWork(
  deps: Deps,
  wires: { pool: Connected<Database>['pool']; bus: Bus; revoked: Revoked; waits: Waits },
): (() => Promise<void>)[] {
  const { db, logger } = deps
  const { pool, bus, revoked, waits } = wires
  const service = 'metering'
  const job = (name: string, everyMs: number, run: (signal: AbortSignal) => Promise<unknown>) =>
    startJob({ name, everyMs, logger, run })
  return [
    startRelay({ db, pool, bus, service, logger }),
    startConsumers({ db, bus, service, logger, on: consumersOf(deps) }),
    hearRevocations({ bus, logger, revoked }),
    job('share slots', 500, signal => shareSlots(deps, waits.slot, signal)),
    job('record usage', 1000, signal => recordDue(deps, waits.usage, signal)),
  ].map(work => work.stop)
}

/** What the private port tells of this process. */
export function opsOf(app: Server, { db }: Pick<Deps, 'db'>) {
  const started = async () => (await sql`select from meter limit 0`.execute(db)) !== undefined
  return {
    started,
    ready: async () => !isDraining(app) && (await started()),
    metrics: createMetrics('metering'),
    openapi: () => app.swagger(),
  }
}
