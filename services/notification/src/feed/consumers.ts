import type { Handlers } from '@sahary/bus/handler'
import type { EventType, SaharyEvent } from '@sahary/contracts/events'
import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'
import { hear } from './actions.ts'
import { tellingTypes } from './notices.ts'

/** Heard for what they make known, though they tell nobody anything by themselves. */
const quiet = ['account.created', 'user.deactivated', 'inverter.online'] as const satisfies EventType[]

const take = (tx: Tx<Database>, event: SaharyEvent): Promise<void> => hear(tx, event)

export const feedConsumers = Object.fromEntries(
  [...tellingTypes, ...quiet].map(type => [type, take]),
) as Handlers<Database>
