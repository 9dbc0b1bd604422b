import { emit } from '@sahary/bus/emit'
import { Refusal } from '@sahary/contracts/refusal'
import { audit } from '@sahary/db/audit'
import type { Tx } from '@sahary/db/connect'
import { constraintOf } from '@sahary/db/fault'
import type { Database } from '../app.ts'
import { deviceWithSerial } from '../device/store.ts'
import type { Presence } from '../live/freshness.ts'
import { type Doing, siteOf } from '../site/actions.ts'
import { type Inverter, type NewInverter, newInverter } from './inverter.ts'
import { addInverter, lockPresence, savePresence } from './store.ts'

/** A device joins a site; the broker hears of it after the commit. */
export async function createInverter(
  tx: Tx<Database>,
  siteId: number,
  body: NewInverter,
  doing: Doing,
): Promise<Inverter> {
  await siteOf(tx, siteId, true)
  const fields = newInverter(body)
  const deviceId = await deviceWithSerial(tx, fields.serial)
  try {
    const inverter = await addInverter(tx, { ...fields, siteId, deviceId, at: doing.at })
    await audit(tx, {
      ...doing,
      action: 'inverter.create',
      objectType: 'inverter',
      objectId: inverter.inverterId,
      after: inverter,
    })
    return inverter
  } catch (error) {
    if (constraintOf(error) === 'inverter_site_id_serial_key') throw new Refusal('serial_taken', { cause: error })
    throw error
  }
}

type Device = { inverterId: number; siteId: number; vendor: string }

/** A device is there, or is not: said when that is news. A night that turns into silence is news, the reverse is not. */
export async function notePresence(tx: Tx<Database>, device: Device, presence: Presence, at: Date): Promise<void> {
  const said = await lockPresence(tx, device.inverterId)
  if (said.seenAt === null || (said.online === presence.online && said.cause === presence.cause)) return
  await savePresence(tx, device.inverterId, presence, at)
  const { inverterId, siteId, vendor } = device
  if (presence.online) {
    await emit(tx, 'inverter.online', inverterId, { inverterId, siteId, vendor }, { at })
  } else if (presence.cause && (said.online || said.cause === 'night')) {
    const { cause } = presence
    const lastSeenAt = said.seenAt.toISOString()
    await emit(tx, 'inverter.offline', inverterId, { inverterId, siteId, vendor, lastSeenAt, cause }, { at })
  }
}
