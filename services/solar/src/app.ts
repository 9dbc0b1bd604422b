import type { Revoked } from '@sahary/auth/revoked'
import type { Verify } from '@sahary/auth/verify'
import { startConsumers } from '@sahary/bus/consumer'
import type { Handlers } from '@sahary/bus/handler'
import type { Bus } from '@sahary/bus/nats'
import { startRelay } from '@sahary/bus/relay'
import { hearRevocations } from '@sahary/bus/revocations'
import type { Clock } from '@sahary/clock/clock'
import type { Connected } from '@sahary/db/connect'
import { leaderLoop } from '@sahary/db/leader'
import type { WithSpine } from '@sahary/db/spine'
import { isDraining } from '@sahary/http/drain'
import { createServer, type Server } from '@sahary/http/server'
import type { Logger } from '@sahary/observability/log'
import { createMetrics } from '@sahary/observability/metrics'
import { type Kysely, sql } from 'kysely'
import { createControl } from './account/store.ts'
import { openBroker } from './broker/store.ts'
import { deviceConsumers } from './device/consumers.ts'
import { energyRoutes } from './energy/routes.ts'
import { startAccounts, startKeepalive, startPresence } from './inverter/jobs.ts'
import { inverterRoutes } from './inverter/routes.ts'
import { startLadder } from './power/jobs.ts'
import { powerRoutes } from './power/routes.ts'
import { startIngest } from './reading/consumers.ts'
import { startMonths } from './reading/jobs.ts'
import { siteRoutes } from './site/routes.ts'
import { startClosing } from './slot/jobs.ts'
import type { Tables } from './tables.ts'
import { tenantConsumers } from './tenant/consumers.ts'

export const service = 'solar'

export type Database = WithSpine<Tables>

export type Deps = {
  db: Kysely<Database>
  clock: Clock
  logger: Logger
  verify: Verify
  /** What the passwords of devices are derived from. */
  deviceKey: string
}

/** Solar's API; listens to nothing. */
export function createApp(deps: Deps): Server {
  const app = createServer({ service, logger: deps.logger, verify: deps.verify })
  siteRoutes(app, deps)
  inverterRoutes(app, deps)
  powerRoutes(app, deps)
  energyRoutes(app, deps)
  return app
}

/** What solar does when it hears something. */
export const consumers: Handlers<Database> = {
  ...tenantConsumers,
  ...deviceConsumers,
}

export type Wires = { pool: Connected<Database>['pool']; bus: Bus; revoked: Revoked; mqttUrl: string }

/**
 * Starts what solar does by itself and gives how to stop each. Every replica says and hears; one at a time listens to
 * the devices, closes slots and walks the ladder.
 */
export function startWork(deps: Deps, { pool, bus, revoked, mqttUrl }: Wires): (() => Promise<void>)[] {
  const { db, logger } = deps
  return [
    startRelay({ db, pool, bus, service, logger }),
    startConsumers({ db, bus, service, logger, on: consumers }),
    hearRevocations({ bus, logger, revoked }),
    leaderLoop({ pool, name: 'site', logger, lead: ({ signal }) => lead(deps, mqttUrl, signal) }),
  ].map(work => work.stop)
}

/** What one replica at a time does, for as long as its term lasts: listen to the devices and act on what they say. */
export async function lead(deps: Deps, mqttUrl: string, signal: AbortSignal): Promise<void> {
  const broker = openBroker(mqttUrl, { service, logger: deps.logger })
  const needs = { ...deps, broker, control: createControl(broker) }
  const ingest = startIngest(needs)
  const work = [
    startMonths(needs),
    ingest,
    startAccounts(needs),
    startKeepalive(needs),
    startPresence(needs),
    startClosing({ ...needs, keptTo: ingest.keptTo }),
    startLadder(needs),
  ]
  if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve, { once: true }))
  for (const { stop } of work.toReversed()) await stop()
  await broker.close()
}

/** What the private port tells of this process. */
export function opsOf(app: Server, { db }: Pick<Deps, 'db'>) {
  const started = async () => (await sql`select from slot_cursor limit 0`.execute(db)) !== undefined
  return {
    started,
    ready: async () => !isDraining(app) && (await started()),
    metrics: createMetrics(service),
    openapi: () => app.swagger(),
  }
}
