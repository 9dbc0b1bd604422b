import type { Revoked } from '@sahary/auth/revoked'
import type { Handlers } from '@sahary/bus/handler'
import { isNewest } from '@sahary/bus/sequence'
import type { Database } from '../app.ts'
import { deactivate, suspend } from './actions.ts'

/** What we hear of accounts, people and their sessions; an older piece of news never undoes a newer one. */
export const accountConsumers = (revoked: Revoked): Handlers<Database> => ({
  'billing_account.suspended': async (tx, event) => {
    if (await isNewest(tx, event)) await suspend(tx, event.data.accountId, true, new Date(event.time))
  },
  'billing_account.reinstated': async (tx, event) => {
    if (await isNewest(tx, event)) await suspend(tx, event.data.accountId, false, new Date(event.time))
  },
  'user.deactivated': async (tx, event) => {
    revoked.user(event.data.userId, new Date())
    if (await isNewest(tx, event)) await deactivate(tx, event.data.userId, true, new Date(event.time))
  },
  'user.reactivated': async (tx, event) => {
    if (await isNewest(tx, event)) await deactivate(tx, event.data.userId, false, new Date(event.time))
  },
  'user.roles_changed': async (_tx, event) => revoked.hear(event),
  'session.revoked': async (_tx, event) => revoked.session(event.data.sessionId, new Date(event.data.revokedAt)),
})
