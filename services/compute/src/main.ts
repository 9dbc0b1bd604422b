import { createRevoked } from '@sahary/auth/revoked'
import { createVerifier } from '@sahary/auth/verify'
import { openBus } from '@sahary/bus/nats'
import { realClock } from '@sahary/clock/clock'
import { followClock } from '@sahary/clock/follow'
import { readConfig } from '@sahary/config/config'
import { connect } from '@sahary/db/connect'
import { drain } from '@sahary/http/drain'
import { startOps } from '@sahary/http/ops'
import { runProcess } from '@sahary/http/process'
import { createLogger } from '@sahary/observability/log'
import { startTracing } from '@sahary/observability/tracing'
import { createApp, type Database, opsOf, startWork } from './app.ts'
import { configSchema, hostOf, verifierOf } from './config.ts'
import { createHints } from './reconcile/hints.ts'

const service = 'compute'
const config = readConfig(configSchema, process.env)
const logger = createLogger({ service, level: config.LOG_LEVEL })

await runProcess({
  service,
  logger,
  start: async onStop => {
    onStop(startTracing(service, config.OTEL_EXPORTER_OTLP_ENDPOINT).stop)
    const { db, pool, close } = connect<Database>(config.DATABASE_URL, { service, max: config.DATABASE_POOL })
    onStop(close)
    const bus = await openBus(config.NATS_URL, { service, logger })
    onStop(bus.close)
    const clock = config.CLOCK === 'real' ? realClock : await followClock(await bus.connection(), config.CLOCK, logger)
    const revoked = createRevoked()
    const verify = createVerifier({ ...verifierOf(config), revoked })
    const deps = { db, clock, logger, verify, hints: createHints(), networkPool: config.VM_NETWORK_POOL }
    for (const stop of startWork(deps, { pool, bus, revoked, host: hostOf(config) })) onStop(stop)
    const app = createApp(deps)
    await app.listen({ host: config.HOST, port: config.PORT })
    onStop(() => drain(app))
    onStop((await startOps({ port: config.OPS_PORT, host: config.HOST, ...opsOf(app, deps) })).close)
  },
})
