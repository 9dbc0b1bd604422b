import { dataOf } from '@sahary/http/answer'
import type { Server } from '@sahary/http/server'
import type { Part } from '../proxy/parts.ts'
import { composeStats } from './actions.ts'
import { Stats } from './dashboard.ts'

/** The figures of the portal's first page in one answer. */
export function dashboardRoutes(app: Server, { parts }: { parts: readonly Part[] }): void {
  app.get('/api/customer/dashboard/stats', { schema: { response: { 200: dataOf(Stats) } } }, async request => ({
    data: await composeStats(parts, { authorization: request.headers.authorization ?? '' }),
  }))
}
