import { writeFileSync } from 'node:fs'
import { type Job, startJob } from '@sahary/clock/job'
import type { Logger } from '@sahary/observability/log'
import { compareAt } from './reconcile.ts'
import { metricsOf, tell } from './report.ts'

type Night = { url: string; logger: Logger; metricsFile?: string }

/** Compares once, tells the log, and writes the metrics where somebody wants them. Gives how many differences there are. */
export async function compareOnce({ url, logger, metricsFile }: Night, now = new Date()): Promise<number> {
  const report = await compareAt(url, now)
  tell(logger, report)
  if (metricsFile) writeFileSync(metricsFile, await metricsOf(report, now))
  return report.missing.length + report.unsaid.length
}

/** Compares every night at one in UTC, which is three in Cairo, for as long as it is not stopped. */
export function startNightly(night: Night): Job {
  let next = nightAfter(new Date())
  return startJob({
    name: 'reconcile',
    everyMs: 60_000,
    logger: night.logger,
    run: async () => {
      const now = new Date()
      if (now < next) return
      await compareOnce(night, now)
      next = nightAfter(now)
    },
  })
}

/** The next one o'clock in UTC after `now`. */
export function nightAfter(now: Date): Date {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), 1)
  return new Date(today > now.getTime() ? today : today + 24 * 3_600_000)
}
