import type { Revoked } from '@sahary/auth/revoked'
import type { Handlers } from '@sahary/bus/handler'
import type { Database } from '../app.ts'
import { setPerson, setStaff } from './store.ts'

/** Names for timelines, who is staff, and whose access tokens are dead. */
export const personConsumers = (revoked: Revoked): Handlers<Database> => ({
  'user.registered': (tx, { data: { userId, name, roles }, sequence }) =>
    setPerson(tx, { userId, name, staff: roles.length > 0, sequence }),
  'user.roles_changed': async (tx, event) => {
    const { userId, roles } = event.data
    await setStaff(tx, { userId, staff: roles.length > 0, sequence: event.sequence })
    revoked.hear(event)
  },
  'user.deactivated': async (tx, event) => {
    await setStaff(tx, { userId: event.data.userId, staff: false, sequence: event.sequence })
    revoked.hear(event)
  },
  'session.revoked': async (_tx, event) => revoked.hear(event),
})
