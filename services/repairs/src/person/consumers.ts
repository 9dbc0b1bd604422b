import type { Handlers } from '@sahary/bus/handler'
import type { Database } from '../app.ts'
import { setPerson, setStaff } from './store.ts'

/** Names for timelines, and who is staff. */
export const personConsumers: Handlers<Database> = {
  'user.registered': (tx, { data: { userId, name, roles }, sequence }) =>
    setPerson(tx, { userId, name, staff: roles.length > 0, sequence }),
  'user.roles_changed': async (tx, event) => {
    const { userId, roles } = event.data
    await setStaff(tx, { userId, staff: roles.length > 0, sequence: event.sequence })
  },
  'user.deactivated': async (tx, event) => {
    await setStaff(tx, { userId: event.data.userId, staff: false, sequence: event.sequence })
  },
}
