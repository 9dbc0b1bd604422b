import type { Logger } from '@sahary/observability/log'

type Stop = () => unknown

const settledMs = 5_000

/** What a start leaves behind would stay in an idle process for ever; only Node with --expose-gc lets it be asked for. */
const tidy = (): void => globalThis.gc?.()

/**
 * Runs a process: `start` opens things and tells `onStop` how to close each. At SIGTERM or SIGINT they are closed in
 * the reverse order; after `withinMs`, or at a second signal, the process ends regardless. What nobody caught ends it too.
 */
export async function runProcess({
  service,
  logger,
  start,
  withinMs = 25_000,
}: {
  service: string
  logger: Logger
  start: (onStop: (stop: Stop) => void) => Promise<void>
  withinMs?: number
}): Promise<void> {
  const stops: Stop[] = []
  let stopping = false
  const stop = async (reason: string, code: number) => {
    if (stopping) process.exit(code || 1)
    stopping = true
    logger.info({ reason }, `${service} stops`)
    setTimeout(() => {
      logger.error(`${service} did not stop in time`)
      process.exit(1)
    }, withinMs).unref()
    for (const close of stops.reverse())
      try {
        await close()
      } catch (error) {
        logger.error({ error }, 'something did not close')
      }
    process.exit(code)
  }
  process.on('SIGTERM', () => void stop('SIGTERM', 0))
  process.on('SIGINT', () => void stop('SIGINT', 0))
  process.on('uncaughtException', error => {
    logger.fatal({ error }, 'nobody caught this')
    void stop('uncaughtException', 1)
  })
  process.on('unhandledRejection', error => {
    logger.fatal({ error }, 'nobody awaited this')
    void stop('unhandledRejection', 1)
  })
  try {
    await start(close => stops.push(close))
    logger.info(`${service} is up`)
    setTimeout(tidy, settledMs).unref()
  } catch (error) {
    logger.fatal({ error }, `${service} could not start`)
    await stop('start failed', 1)
  }
}
