import type { Revoked } from '@sahary/auth/revoked'
import type { Handlers } from '@sahary/bus/handler'
import type { Database } from '../app.ts'

/** Beside what `on` does, remembers whose access tokens are dead. */
export const sessionConsumers = (on: Handlers<Database>, revoked: Revoked): Handlers<Database> => ({
  ...on,
  'session.revoked': async (tx, event) => {
    await on['session.revoked']?.(tx, event)
    revoked.hear(event)
  },
  'user.deactivated': async (tx, event) => {
    await on['user.deactivated']?.(tx, event)
    revoked.hear(event)
  },
  'user.roles_changed': async (tx, event) => {
    await on['user.roles_changed']?.(tx, event)
    revoked.hear(event)
  },
})
