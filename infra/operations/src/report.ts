import type { Difference } from '@sahary/bus/reconcile'
import type { Logger } from '@sahary/observability/log'
import { Gauge, Registry } from 'prom-client'
import type { Report } from './reconcile.ts'

/** No more lines than this about single events; the counts say the rest. */
const mostTold = 100

/** One line about the whole, and one for each of the first differences. */
export function tell(logger: Logger, { from, to, missing, unsaid }: Report): void {
  const whole = { from, to, missing: missing.length, unsaid: unsaid.length }
  if (missing.length + unsaid.length === 0) logger.info(whole, 'what was said was heard')
  else logger.error(whole, 'what was said and what was heard differ')
  for (const event of missing.slice(0, mostTold)) logger.error(event, 'said and never heard')
  for (const event of unsaid.slice(0, mostTold)) logger.error(event, 'heard and never said')
}

/** The report in the text format of Prometheus, for a textfile collector; `at` is when it was made. */
export async function metricsOf({ missing, unsaid }: Report, at: Date): Promise<string> {
  const registry = new Registry()
  const labelNames = ['kind', 'speaker', 'hearer'] as const
  const help = 'Events that the last comparison of outboxes and inboxes found in one of them alone.'
  const differences = new Gauge({ name: 'reconcile_differences', help, labelNames, registers: [registry] })
  const done = 'When outboxes and inboxes were last compared to the end.'
  new Gauge({ name: 'reconcile_completed_seconds', help: done, registers: [registry] }).set(at.getTime() / 1000)
  // A gauge that is there at zero is what an alarm can compare with.
  for (const kind of ['missing', 'unsaid']) differences.set({ kind, speaker: '', hearer: '' }, 0)
  const count = (kind: string, events: readonly Difference[]) => {
    for (const { speaker, hearer } of events) differences.inc({ kind, speaker, hearer })
  }
  count('missing', missing)
  count('unsaid', unsaid)
  return registry.metrics()
}
