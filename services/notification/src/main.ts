import { createRevoked } from '@sahary/auth/revoked'
import { createVerifier } from '@sahary/auth/verify'
import { startConsumers } from '@sahary/bus/consumer'
import { openBus } from '@sahary/bus/nats'
import { startRelay } from '@sahary/bus/relay'
import { hearRevocations } from '@sahary/bus/revocations'
import { realClock } from '@sahary/clock/clock'
import { followClock } from '@sahary/clock/follow'
import { readConfig } from '@sahary/config/config'
import { connect } from '@sahary/db/connect'
import { runProcess } from '@sahary/http/process'
import { createLogger } from '@sahary/observability/log'
import { startTracing } from '@sahary/observability/tracing'
import { consumers, type Database, serve, startJobs } from './app.ts'
import { configSchema } from './config.ts'

const service = 'notification'
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
    const tokens = { jwksUrl: config.JWKS_URL, issuer: config.TOKEN_ISSUER, audience: config.TOKEN_AUDIENCE }
    const deps = { db, clock, logger, verify: createVerifier({ ...tokens, revoked }) }
    onStop(startRelay({ db, pool, bus, service, logger }).stop)
    onStop(startConsumers({ db, bus, service, logger, on: consumers }).stop)
    onStop(hearRevocations({ bus, logger, revoked }).stop)
    for (const job of startJobs(deps)) onStop(job.stop)
    await serve(deps, config, onStop)
  },
})
