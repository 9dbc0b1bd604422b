import type { Handlers } from '@sahary/bus/handler'
import type { Clock } from '@sahary/clock/clock'
import type { Job } from '@sahary/clock/job'
import type { WithSpine } from '@sahary/db/spine'
import { drain, isDraining } from '@sahary/http/drain'
import { startOps } from '@sahary/http/ops'
import { createServer, type Server } from '@sahary/http/server'
import type { Logger } from '@sahary/observability/log'
import { createMetrics } from '@sahary/observability/metrics'
import { type Kysely, sql } from 'kysely'
import { accountConsumers } from './account/consumers.ts'
import { alertConsumers } from './alert/consumers.ts'
import type { Config } from './config.ts'
import { type Keys, openKeys } from './key/actions.ts'
import { keepKeysJob } from './key/jobs.ts'
import { keyRoutes } from './key/routes.ts'
import { openPasswords, type Passwords } from './password/actions.ts'
import type { CookieMode } from './session/cookie.ts'
import { forgetSessionsJob } from './session/jobs.ts'
import { sessionRoutes } from './session/routes.ts'
import { type SignInRates, signInRates } from './slowdown/slowdown.ts'
import { openSlowdown, type Slowdown } from './slowdown/store.ts'
import type { Tables } from './tables.ts'
import { userRoutes } from './user/routes.ts'

export type Database = WithSpine<Tables>
type OnStop = (stop: () => unknown) => void
/** What stands outside of identity. */
export type World = { db: Kysely<Database>; logger: Logger; clock: Clock }

/** What identity works with: the world, and what it opened of its own. */
export type Deps = World & {
  /** Real time: sessions and tokens live in it. Events and audit rows carry the business clock. */
  now: () => Date
  passwords: Passwords
  slowdown: Slowdown
  keys: Keys
  rates: SignInRates
  cookie: CookieMode
  refreshSecret: string
  trustProxy: string
}

/** Opens threads, counters and keys. */
export async function openWorld(config: Config, world: World, onStop: OnStop): Promise<Deps> {
  const now = () => new Date()
  const passwords = await openPasswords({ pepper: config.PASSWORD_PEPPER, cost: config.PASSWORD_COST })
  onStop(passwords.close)
  const slowdown = openSlowdown(config.REDIS_URL, world.logger)
  onStop(slowdown.close)
  const tokens = { issuer: config.TOKEN_ISSUER, audience: config.TOKEN_AUDIENCE }
  const keys = openKeys(world.db, { secret: config.KEY_SECRET, ...tokens, now })
  await keys.keep()
  return {
    ...world,
    now,
    passwords,
    slowdown,
    keys,
    rates: signInRates(config.SIGN_INS_PER_NETWORK),
    cookie: { secure: config.COOKIE_SECURE },
    refreshSecret: config.REFRESH_SECRET,
    trustProxy: config.TRUSTED_PROXIES,
  }
}

/** Identity's HTTP side; it listens to nothing. */
export function createApp(deps: Deps): Server {
  const { logger, keys, trustProxy } = deps
  const app = createServer({ service: 'identity', logger, verify: keys.verify, trustProxy, bodyLimit: 16 * 1024 })
  userRoutes(app, deps)
  sessionRoutes(app, deps)
  keyRoutes(app, deps)
  return app
}

/** What identity does when others speak. */
export const consumers: Handlers<Database> = { ...accountConsumers, ...alertConsumers }

export const startJobs = (deps: Deps): Job[] => [keepKeysJob(deps), forgetSessionsJob(deps)]

/** Listens on both ports; gives where. */
export async function serve(deps: Deps, config: Config, onStop: OnStop): Promise<{ api: string; ops: string }> {
  const app = createApp(deps)
  const api = await app.listen({ host: config.HOST, port: config.PORT })
  onStop(() => drain(app))
  const answers = async () => (await sql`select 1`.execute(deps.db)).rows.length === 1
  const ops = await startOps({
    port: config.OPS_PORT,
    host: config.HOST,
    ready: async () => !isDraining(app) && answers(),
    started: answers,
    metrics: createMetrics('identity'),
    openapi: () => app.swagger(),
  })
  onStop(ops.close)
  return { api, ops: `http://${config.HOST}:${ops.port}` }
}
