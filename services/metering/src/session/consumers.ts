import type { Revoked } from '@sahary/auth/revoked'
import type { Handlers } from '@sahary/bus/handler'
import type { Database } from '../app.ts'

/** Tokens that identity has taken back are refused here from the moment we hear of it. */
export const sessionConsumers = (revoked: Revoked): Handlers<Database> => ({
  'session.revoked': async (_tx, event) => revoked.hear(event),
  'user.deactivated': async (_tx, event) => revoked.hear(event),
  'user.roles_changed': async (_tx, event) => revoked.hear(event),
})
