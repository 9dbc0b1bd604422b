import { readConfig } from '@sahary/config/config'
import { createLogger } from '@sahary/observability/log'
import { createApp } from './app.ts'
import { openBook } from './book.ts'
import { configSchema } from './config.ts'
import { webhookSender } from './webhook.ts'

const config = readConfig(configSchema, process.env)
const logger = createLogger({ service: 'payments', level: config.LOG_LEVEL })
const sender = webhookSender({ url: config.PAYMENTS_WEBHOOK_URL, secret: config.PAYMENTS_WEBHOOK_SECRET, logger })
const app = createApp({
  book: openBook(config.PAYMENTS_BOOK),
  apiKey: config.PAYMENTS_API_KEY,
  publicUrl: config.PAYMENTS_PUBLIC_URL,
  post: sender.post,
})
const stop = async (): Promise<void> => {
  sender.stop()
  await app.close()
  process.exit(0)
}
process.on('SIGTERM', () => void stop())
process.on('SIGINT', () => void stop())
await app.listen({ host: config.HOST, port: config.PORT })
logger.info('the payment sandbox is up')
