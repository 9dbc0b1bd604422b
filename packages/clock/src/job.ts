import type { Logger } from '@sahary/observability/log'

export type Job = {
  /** Ends the running turn's signal and waits for the turn. */
  stop(): Promise<void>
  /** Begins the next turn now, or at once after the running one. */
  wake(): void
}

/**
 * Runs `run` at once and then every `everyMs` of real time, counted from the end of a turn: it never overlaps itself.
 * An error is logged and the next turn comes. Business rules read the business clock inside `run`.
 */
export function startJob({
  name,
  everyMs,
  run,
  logger,
}: {
  name: string
  everyMs: number
  run: (signal: AbortSignal) => Promise<unknown>
  logger: Logger
}): Job {
  const stopping = new AbortController()
  let woken = false
  let interrupt: () => void = () => {}
  const pause = () =>
    new Promise<void>(resolve => {
      const timer = setTimeout(resolve, everyMs)
      interrupt = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const loop = async () => {
    while (!stopping.signal.aborted) {
      woken = false
      try {
        await run(stopping.signal)
      } catch (error) {
        if (!stopping.signal.aborted) logger.error({ error, job: name }, 'a turn of a job failed')
      }
      if (!woken && !stopping.signal.aborted) await pause()
    }
  }
  // Not before the caller holds the job, so that a turn may wake it.
  const running = Promise.resolve().then(loop)
  return {
    stop: async () => {
      stopping.abort()
      interrupt()
      await running
    },
    wake: () => {
      woken = true
      interrupt()
    },
  }
}
