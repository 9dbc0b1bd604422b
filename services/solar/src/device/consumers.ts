import type { Handlers } from '@sahary/bus/handler'
import { isNewest } from '@sahary/bus/sequence'
import type { SaharyEvent } from '@sahary/contracts/events'
import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'
import { linkBySerial } from '../inverter/store.ts'
import { keepDevice } from './store.ts'

type Told = SaharyEvent<'device.registered' | 'device.updated' | 'device.retired'>

async function keep(tx: Tx<Database>, event: Told): Promise<void> {
  if (!(await isNewest(tx, event))) return
  const retired = event.type === 'device.retired'
  await keepDevice(tx, event.data, retired)
  await linkBySerial(tx, event.data.deviceId, retired ? null : event.data.serial)
}

/** A device that repairs looks after is linked to the inverter with the same serial. */
export const deviceConsumers: Handlers<Database> = {
  'device.registered': keep,
  'device.updated': keep,
  'device.retired': keep,
}
