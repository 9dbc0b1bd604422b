import type { Handlers } from '@sahary/bus/handler'
import type { Database } from '../app.ts'
import { keepUsage } from './actions.ts'

/** What billing does when it hears of usage. */
export const usageConsumers: Handlers<Database> = {
  'usage.recorded': keepUsage,
  'usage.adjusted': keepUsage,
}
