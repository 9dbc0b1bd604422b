import type { Handlers } from '@sahary/bus/handler'
import type { Database } from '../app.ts'
import { setStanding } from './store.ts'

/** Billing's word on an account, shown to its members. */
export const accountConsumers: Handlers<Database> = {
  'billing_account.suspended': (tx, { data, time, sequence }) =>
    setStanding(tx, { accountId: data.accountId, suspendedAt: new Date(time), reason: data.reason, sequence }),
  'billing_account.reinstated': (tx, { data, sequence }) =>
    setStanding(tx, { accountId: data.accountId, suspendedAt: null, reason: null, sequence }),
}
