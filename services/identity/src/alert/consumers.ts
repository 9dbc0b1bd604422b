import type { Handlers } from '@sahary/bus/handler'
import type { EventData, SaharyEvent } from '@sahary/contracts/events'
import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'
import { raiseAlert } from './actions.ts'

type Observed = Pick<SaharyEvent, 'id' | 'time' | 'type'> & { data: EventData<'compute_security.observed'> }

/** What another service found suspicious becomes an alert of ours. */
async function weigh(tx: Tx<Database>, { id, time, type, data }: Observed): Promise<void> {
  const source = type.split('_security.', 1)[0]
  const detail = `${source}: ${data.detail}`
  await raiseAlert(tx, { userId: data.userId, kind: data.kind, detail, at: new Date(time), eventId: id })
}

export const alertConsumers: Handlers<Database> = {
  'compute_security.observed': weigh,
  'billing_security.observed': weigh,
  'solar_security.observed': weigh,
  'repairs_security.observed': weigh,
}
