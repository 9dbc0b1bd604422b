import type { Revoked } from '@sahary/auth/revoked'
import type { Verify } from '@sahary/auth/verify'
import { startConsumers } from '@sahary/bus/consumer'
import type { Handlers } from '@sahary/bus/handler'
import type { Bus } from '@sahary/bus/nats'
import { startRelay } from '@sahary/bus/relay'
import { hearRevocations } from '@sahary/bus/revocations'
import type { Clock } from '@sahary/clock/clock'
import { type Job, startJob } from '@sahary/clock/job'
import type { Connected } from '@sahary/db/connect'
import type { WithSpine } from '@sahary/db/spine'
import { isDraining } from '@sahary/http/drain'
import { createServer, type Server } from '@sahary/http/server'
import type { Logger } from '@sahary/observability/log'
import { createMetrics } from '@sahary/observability/metrics'
import { type Kysely, sql } from 'kysely'
import { accountConsumers } from './accounts/consumers.ts'
import { catalogRoutes } from './catalog/routes.ts'
import { installationId } from './catalog/store.ts'
import { isUnreachable } from './engine/call.ts'
import { followEvents, openEngine } from './engine/store.ts'
import type { HostRules } from './hosts/actions.ts'
import { beat, hostWatch } from './hosts/jobs.ts'
import { hostRoutes } from './hosts/routes.ts'
import { keyRoutes } from './keys/routes.ts'
import { removeEmpty } from './networks/jobs.ts'
import { powerConsumers } from './power/consumers.ts'
import { actOnAllDue } from './power/jobs.ts'
import type { Hints } from './reconcile/hints.ts'
import { compareAll, type Driving, driveAll } from './reconcile/jobs.ts'
import { rentalRoutes } from './rental/routes.ts'
import { meterOnce } from './slots/jobs.ts'
import type { Tables } from './tables.ts'
import { powerRoutes } from './vms/power/routes.ts'
import { vmRoutes } from './vms/routes.ts'

export type Database = WithSpine<Tables>

export type Deps = {
  db: Kysely<Database>
  clock: Clock
  logger: Logger
  verify: Verify
  /** Where a change of a VM is told to whoever drives it. */
  hints: Hints
  networkPool: string
}

/** The engine that this process drives, and what its host may sell. */
export type HostSettings = HostRules & { engineAddress: string; engineBoundMs: number }

/** Compute's API; it listens to nothing. */
export function createApp(deps: Deps): Server {
  const app = createServer({ service: 'compute', logger: deps.logger, verify: deps.verify })
  catalogRoutes(app, deps)
  keyRoutes(app, deps)
  rentalRoutes(app, deps)
  vmRoutes(app, deps)
  powerRoutes(app, deps)
  hostRoutes(app, deps)
  return app
}

/** What compute does when it hears something. */
export const consumersOf = (deps: Pick<Deps, 'clock'>): Handlers<Database> => ({
  ...powerConsumers(deps.clock),
  ...accountConsumers,
})

type Wires = { pool: Connected<Database>['pool']; bus: Bus; revoked: Revoked; host: HostSettings | null }

/** Starts what compute does by itself: saying, hearing, and its jobs. Gives how to stop each. */
export function startWork(deps: Deps, { pool, bus, revoked, host }: Wires): (() => Promise<void>)[] {
  const { db, clock, logger } = deps
  const service = 'compute'
  if (host === null) logger.warn('no engine is given; there is no host for VMs here')
  return [
    startRelay({ db, pool, bus, service, logger }),
    startConsumers({ db, bus, service, logger, on: consumersOf(deps) }),
    hearRevocations({ bus, logger, revoked }),
    startJob({ name: 'power', everyMs: 250, logger, run: signal => actOnAllDue(db, clock, signal) }),
    startJob({ name: 'watch hosts', everyMs: 5000, logger, run: hostWatch(deps) }),
    ...(host === null ? [] : startHost(deps, host)),
  ].map(work => work.stop)
}

/**
 * Drives the engine as one host: it joins with the first beat that is answered, and everything else waits for that.
 * While the engine does not answer, its turns come to nothing and are tried again.
 */
function startHost(deps: Deps, settings: HostSettings): Job[] {
  const { db, clock, logger, hints } = deps
  const engine = openEngine(settings.engineAddress, settings.engineBoundMs)
  const local = settings.engineAddress.startsWith('unix:')
  let driving: Driving | null = null
  const job = (name: string, everyMs: number, run: (driving: Driving, signal: AbortSignal) => Promise<unknown>) =>
    startJob({
      name,
      everyMs,
      logger,
      run: async signal => {
        if (driving !== null)
          await run(driving, signal).catch(fault => (isUnreachable(fault) ? undefined : raise(fault)))
      },
    })
  const drives = job('drive', 500, (host, signal) => driveAll(host, hints, signal))
  hints.onAdd(drives.wake)
  const compares = job('compare', 15_000, host => compareAll(host, hints))
  return [
    startJob({
      name: 'beat',
      everyMs: 5000,
      logger,
      run: async () => {
        const host = await beat(deps, engine, settings).catch(fault => (isUnreachable(fault) ? null : raise(fault)))
        if (host === null) return logger.debug({ engine: settings.engineAddress }, 'the engine does not answer')
        const { id: hostId, siteId } = host
        driving ??= { db, engine, clock, logger, hostId, siteId, installation: await installationId(db) }
      },
    }),
    drives,
    compares,
    job('remove networks', 60_000, removeEmpty),
    job('meter', 5000, (host, signal) => meterOnce({ ...host, local }, signal)),
    job('hear events', 1000, async (host, signal) => {
      compares.wake()
      await followEvents(engine, host.installation, hints.add, signal)
    }),
  ]
}

const raise = (fault: unknown): never => {
  throw fault
}

/** What the private port tells of this process. */
export function opsOf(app: Server, { db }: Pick<Deps, 'db'>) {
  const started = async () => (await sql`select from vm limit 0`.execute(db)) !== undefined
  return {
    started,
    ready: async () => !isDraining(app) && (await started()),
    metrics: createMetrics('compute'),
    openapi: () => app.swagger(),
  }
}
