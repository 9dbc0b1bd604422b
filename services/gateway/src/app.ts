import { createRevoked } from '@sahary/auth/revoked'
import { createVerifier, type Verify } from '@sahary/auth/verify'
import type { Bus } from '@sahary/bus/nats'
import { type Clock, realClock } from '@sahary/clock/clock'
import type { WithSpine } from '@sahary/db/spine'
import { createServer, type Server } from '@sahary/http/server'
import type { Logger } from '@sahary/observability/log'
import type { Kysely } from 'kysely'
import { type Keeper, startKeeper } from './clock/jobs.ts'
import { clockRoutes } from './clock/routes.ts'
import { type Config, partsOf } from './config.ts'
import { dashboardRoutes } from './dashboard/routes.ts'
import { docsRoutes } from './docs/routes.ts'
import { watchEvents } from './feed/consumers.ts'
import { createHub, type Hub } from './feed/hub.ts'
import { startLiveEnergy } from './feed/jobs.ts'
import { feedRoutes } from './feed/routes.ts'
import { limitRequests, limitTurnedAway } from './limit/routes.ts'
import { type Limiter, openLimiter } from './limit/store.ts'
import { portalRoutes } from './portal/routes.ts'
import type { Part } from './proxy/parts.ts'
import { proxyRoutes } from './proxy/routes.ts'
import { statusRoutes } from './status/routes.ts'
import type { Tables } from './tables.ts'

export type Database = WithSpine<Tables>

/** What the gateway needs of the world. */
export type Deps = {
  db: Kysely<Database>
  logger: Logger
  verify: Verify
  clock: Clock
  /** Null where time is real. */
  keeper: Keeper | null
  limiter: Limiter
  limitFactor: number
  hub: Hub
  parts: readonly Part[]
  /** How long a service behind may take to begin its answer; 8 s unless told. */
  patienceMs?: number
  portalDir: string | undefined
  trustProxy: string
}

/** The gateway's HTTP side; it listens to nothing. */
export function createApp(deps: Deps): Server {
  const { logger, verify, trustProxy, keeper, db } = deps
  const app = createServer({ service: 'gateway', logger, verify, trustProxy, turnedAway: limitTurnedAway(deps) })
  limitRequests(app, deps)
  statusRoutes(app, deps)
  dashboardRoutes(app, deps)
  feedRoutes(app, deps)
  if (keeper) clockRoutes(app, { db, keeper })
  docsRoutes(app, deps)
  portalRoutes(app, deps)
  proxyRoutes(app, deps)
  return app
}

type Base = { db: Kysely<Database>; bus: Bus; logger: Logger }

/** Opens what `createApp` needs beside database and bus, and tells `onStop` how to close it. */
export async function openWorld(config: Config, base: Base, onStop: (stop: () => unknown) => void): Promise<Deps> {
  const { logger } = base
  const parts = partsOf(config)
  const revoked = createRevoked()
  const verify = createVerifier({
    jwksUrl: config.JWKS_URL,
    issuer: config.TOKEN_ISSUER,
    audience: config.TOKEN_AUDIENCE,
    revoked,
  })
  const limiter = openLimiter(config.REDIS_URL, logger)
  onStop(limiter.close)
  const hub = createHub()
  onStop(watchEvents({ ...base, hub, revoked }).stop)
  onStop(startLiveEnergy({ hub, solarUrl: config.SOLAR_URL, logger }).stop)
  const first = { businessAt: new Date(config.CLOCK_START ?? Date.now()), rate: config.CLOCK_RATE }
  const keeper = config.CLOCK === 'simulated' ? await startKeeper({ ...base, first }) : null
  if (keeper) onStop(keeper.stop)
  return {
    ...base,
    ...{ verify, limiter, hub, parts, keeper },
    clock: keeper?.clock ?? realClock,
    limitFactor: config.LIMIT_FACTOR,
    portalDir: config.PORTAL_DIR,
    trustProxy: config.TRUSTED_PROXIES,
  }
}
