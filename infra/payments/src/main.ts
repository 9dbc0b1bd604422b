import { readConfig } from '@sahary/config/config'
import { createLogger } from '@sahary/observability/log'
import { createApp } from './app.ts'
import { configSchema } from './config.ts'
import { openDeliveries } from './deliveries.ts'
import { openJournal } from './journal.ts'
import { openNetwork } from './network.ts'

const config = readConfig(configSchema, process.env)
const logger = createLogger({ service: 'payments', level: config.LOG_LEVEL })
const journal = openJournal(config.PAYMENTS_BOOK)
const deliveries = openDeliveries({
  journal,
  url: config.PAYMENTS_WEBHOOK_URL,
  secret: config.PAYMENTS_WEBHOOK_SECRET,
})
const network = openNetwork({
  journal,
  publicUrl: config.PAYMENTS_PUBLIC_URL.replace(/\/$/, ''),
  tell: deliveries.tell,
  slowMs: config.SLOW_MS,
})
const app = createApp({ network, apiKey: config.PAYMENTS_API_KEY })

const stop = async () => {
  await app.close()
  deliveries.close()
  network.close()
  journal.close()
  process.exit(0)
}
process.once('SIGTERM', stop)
process.once('SIGINT', stop)
await app.listen({ host: config.HOST, port: config.PORT })
logger.info('payments is up')
