import type { Verify } from '@sahary/auth/verify'
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
import type { Config } from './config.ts'
import { feedConsumers } from './feed/consumers.ts'
import { feedRoutes } from './feed/routes.ts'
import { watchHeldJob } from './held/jobs.ts'
import type { Tables } from './tables.ts'

export type Database = WithSpine<Tables>
type OnStop = (stop: () => unknown) => void

/** What notification needs of the world. */
export type Deps = { db: Kysely<Database>; logger: Logger; clock: Clock; verify: Verify }

/** Notification's HTTP side; it listens to nothing. */
export function createApp(deps: Deps): Server {
  const { logger, verify } = deps
  const app = createServer({ service: 'notification', logger, verify, bodyLimit: 16 * 1024 })
  feedRoutes(app, deps)
  return app
}

/** What notification does when others speak. */
export const consumers: Handlers<Database> = feedConsumers

export const startJobs = (deps: Deps): Job[] => [watchHeldJob(deps)]

/** Listens on both ports. */
export async function serve(deps: Deps, config: Config, onStop: OnStop): Promise<void> {
  const app = createApp(deps)
  await app.listen({ host: config.HOST, port: config.PORT })
  onStop(() => drain(app))
  const answers = async () => (await sql`select 1`.execute(deps.db)).rows.length === 1
  const ops = await startOps({
    port: config.OPS_PORT,
    host: config.HOST,
    ready: async () => !isDraining(app) && answers(),
    started: answers,
    metrics: createMetrics('notification'),
    openapi: () => app.swagger(),
  })
  onStop(ops.close)
}
