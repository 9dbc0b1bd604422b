import { startConsumers } from '@sahary/bus/consumer'
import { openBus } from '@sahary/bus/nats'
import { startRelay } from '@sahary/bus/relay'
import { realClock } from '@sahary/clock/clock'
import { followClock } from '@sahary/clock/follow'
import { readConfig } from '@sahary/config/config'
import { connect } from '@sahary/db/connect'
import { runProcess } from '@sahary/http/process'
import { createLogger } from '@sahary/observability/log'
import { startTracing } from '@sahary/observability/tracing'
import { consumers, type Database, openWorld, serve, startJobs } from './app.ts'
import { configSchema } from './config.ts'
import { ensureFirstAdmin } from './user/actions.ts'

const service = 'identity'
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
    const deps = await openWorld(config, { db, clock, logger }, onStop)
    await ensureFirstAdmin(deps, { identifier: config.FIRST_ADMIN_IDENTIFIER, password: config.FIRST_ADMIN_PASSWORD })
    onStop(startRelay({ db, pool, bus, service, logger }).stop)
    onStop(startConsumers({ db, bus, service, logger, on: consumers }).stop)
    for (const job of startJobs(deps)) onStop(job.stop)
    await serve(deps, config, onStop)
  },
})
