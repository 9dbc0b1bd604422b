import { openBus } from '@sahary/bus/nats'
import { readConfig } from '@sahary/config/config'
import { connect } from '@sahary/db/connect'
import { drain, isDraining } from '@sahary/http/drain'
import { startOps } from '@sahary/http/ops'
import { runProcess } from '@sahary/http/process'
import { createLogger } from '@sahary/observability/log'
import { createMetrics } from '@sahary/observability/metrics'
import { startTracing } from '@sahary/observability/tracing'
import { createApp, type Database, openWorld } from './app.ts'
import { configSchema } from './config.ts'

const service = 'gateway'
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
    const deps = await openWorld(config, { db, bus, logger }, onStop)
    const app = createApp(deps)
    const ready = async () => !isDraining(app) && (await pool.query('select 1')).rowCount === 1
    const ops = await startOps({
      ...{ port: config.OPS_PORT, host: config.HOST, ready, metrics: createMetrics(service) },
      started: () => true,
      openapi: () => app.swagger(),
    })
    onStop(ops.close)
    await app.listen({ host: config.HOST, port: config.PORT })
    onStop(() => drain(app))
  },
})
