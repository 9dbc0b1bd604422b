import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { reconcilerRole } from '@sahary/db/reconciler'
import { createLogger } from '@sahary/observability/log'
import { startNightly } from '@sahary/operations/nightly'
import { reconcilerUrl } from '@sahary/operations/schemas'
import type { Drawn } from '../stack/state.ts'

/** The name of its log. */
export const comparing = 'reconcile'

/**
 * Compares outboxes and inboxes every night while the platform stands: a log and a file of metrics in its folder, and
 * what is amiss is told as any program's warnings are. Gives how to stop.
 */
export function startComparing(dir: string, { adminUrl, drawn }: { adminUrl: string; drawn: Drawn }) {
  const logs = join(dir, 'logs')
  mkdirSync(logs, { recursive: true })
  const write = (line: string) => appendFileSync(join(logs, `${comparing}.log`), line)
  const logger = createLogger({ service: comparing }, { write })
  const url = reconcilerUrl(adminUrl, drawn.secret(`database ${reconcilerRole}`))
  return startNightly({ url, logger, metricsFile: join(dir, `${comparing}.prom`) }).stop
}
