import type { SaharyEvent } from '@sahary/contracts/events'
import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'
import { addUsage, billUsage, unbilledUsage } from './store.ts'

/** Keeps a usage record or a correction of one. Which invoice it belongs on is decided when one is made. */
export const keepUsage = (tx: Tx<Database>, event: SaharyEvent<'usage.recorded' | 'usage.adjusted'>): Promise<void> =>
  addUsage(tx, event.data, event.type === 'usage.adjusted' ? event.data.adjustsUsageId : null)

/** The usage of an account that no invoice has, and the tying of it to one. */
export const usageToBill = unbilledUsage
export const bill = billUsage
