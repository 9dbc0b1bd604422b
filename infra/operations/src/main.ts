import { readConfig } from '@sahary/config/config'
import { createLogger } from '@sahary/observability/log'
import { migrateCommand } from './command.ts'
import { migrateSchema, reconcileSchema } from './config.ts'
import { compareOnce } from './nightly.ts'

const logger = createLogger({ service: 'operations', level: process.env.LOG_LEVEL ?? 'info' })

/** What an operator's job may ask for; each gives its exit code. */
const commands: Record<string, () => Promise<number>> = {
  migrate: () => migrateCommand(readConfig(migrateSchema, process.env), logger),
  reconcile: async () => {
    const { RECONCILER_DATABASE_URL: url, METRICS_FILE } = readConfig(reconcileSchema, process.env)
    return (await compareOnce({ url, logger, ...(METRICS_FILE ? { metricsFile: METRICS_FILE } : {}) })) === 0 ? 0 : 1
  },
}

const command = commands[process.argv[2] ?? '']
if (!command) {
  console.error(`usage: main ${Object.keys(commands).join(' | ')}`)
  process.exit(2)
}
try {
  process.exitCode = await command()
} catch (error) {
  logger.fatal({ err: error }, 'the job failed')
  process.exitCode = 1
}
