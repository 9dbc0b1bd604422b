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
import { commentRoutes } from './comment/routes.ts'
import type { Config } from './config.ts'
import { deviceRoutes } from './device/routes.ts'
import { diagnosisConsumers } from './diagnosis/consumers.ts'
import { personConsumers } from './person/consumers.ts'
import { staleRepairsJob } from './repair/jobs.ts'
import { repairRoutes } from './repair/routes.ts'
import { staffRoutes } from './staff/routes.ts'
import type { Tables } from './tables.ts'

export type Database = WithSpine<Tables>
type OnStop = (stop: () => unknown) => void

/** What repairs needs of the world. */
export type Deps = { db: Kysely<Database>; logger: Logger; clock: Clock; verify: Verify }

/** The HTTP side of repairs; it listens to nothing. */
export function createApp(deps: Deps): Server {
  const { logger, verify } = deps
  const app = createServer({ service: 'repairs', logger, verify, bodyLimit: 64 * 1024 })
  deviceRoutes(app, deps)
  repairRoutes(app, deps)
  staffRoutes(app, deps)
  commentRoutes(app, deps)
  return app
}

/** What repairs does when others speak. */
export const consumers: Handlers<Database> = { ...personConsumers, ...diagnosisConsumers }

export const startJobs = (deps: Deps): Job[] => [staleRepairsJob(deps)]

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
    metrics: createMetrics('repairs'),
    openapi: () => app.swagger(),
  })
  onStop(ops.close)
}
