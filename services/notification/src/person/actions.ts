import type { SaharyEvent } from '@sahary/contracts/events'
import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'
import { insertAccount, insertPerson, setActive, setMember, setRoles } from './store.ts'

/** Takes over what an event says of people and accounts; other events change nothing here. */
export async function copyPeople(tx: Tx<Database>, event: SaharyEvent): Promise<void> {
  const { sequence } = event
  switch (event.type) {
    case 'user.registered':
      return insertPerson(tx, { ...event.data, sequence })
    case 'user.roles_changed':
      return setRoles(tx, event.data.userId, event.data.roles, sequence)
    case 'user.deactivated':
      return setActive(tx, event.data.userId, false, sequence)
    case 'user.reactivated':
      return setActive(tx, event.data.userId, true, sequence)
    case 'account.created':
      await insertAccount(tx, event.data.accountId)
      return setMember(tx, { accountId: event.data.accountId, userId: event.data.ownerUserId, role: 'owner', sequence })
    case 'account.member_changed':
      return setMember(tx, { ...event.data, sequence })
  }
}
