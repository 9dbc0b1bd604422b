import type { Handlers } from '@sahary/bus/handler'
import { isNewest } from '@sahary/bus/sequence'
import type { Database } from '../app.ts'
import { deactivate, suspend } from './actions.ts'

/** What we hear of accounts and people; an older piece of news never undoes a newer one. */
export const accountConsumers: Handlers<Database> = {
  'billing_account.suspended': async (tx, event) => {
    if (await isNewest(tx, event)) await suspend(tx, event.data.accountId, true, new Date(event.time))
  },
  'billing_account.reinstated': async (tx, event) => {
    if (await isNewest(tx, event)) await suspend(tx, event.data.accountId, false, new Date(event.time))
  },
  'user.deactivated': async (tx, event) => {
    if (await isNewest(tx, event)) await deactivate(tx, event.data.userId, true, new Date(event.time))
  },
  'user.reactivated': async (tx, event) => {
    if (await isNewest(tx, event)) await deactivate(tx, event.data.userId, false, new Date(event.time))
  },
}
