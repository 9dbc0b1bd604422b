import type { Clock } from '@sahary/clock/clock'
import { dataOf } from '@sahary/http/answer'
import type { Server } from '@sahary/http/server'
import type { Part } from '../proxy/parts.ts'
import { partStates } from './actions.ts'
import { Status, verdictOf } from './status.ts'

export function statusRoutes(app: Server, { parts, clock }: { parts: readonly Part[]; clock: Clock }): void {
  const states = partStates(parts)
  app.get('/api/public/status', { schema: { response: { 200: dataOf(Status) } } }, async () => {
    const known = await states()
    const businessTime = clock.now().toISOString()
    return { data: { status: verdictOf(known), parts: known, businessTime, clockRate: clock.rate() } }
  })
}
