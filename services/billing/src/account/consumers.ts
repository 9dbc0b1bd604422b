import type { Handlers } from '@sahary/bus/handler'
import type { Database } from '../app.ts'
import { keepAccount } from './actions.ts'

/** What billing does when an account is made. */
export const accountConsumers: Handlers<Database> = {
  'account.created': (tx, event) => keepAccount(tx, event.data),
}
