import { emit } from '@sahary/bus/emit'
import { Refusal } from '@sahary/contracts/refusal'
import { audit } from '@sahary/db/audit'
import type { Tx } from '@sahary/db/connect'
import { constraintOf } from '@sahary/db/fault'
import type { Database } from '../app.ts'
import { finalStates } from '../repair/steps.ts'
import { changed, type Device, type DeviceChange, inOrder, type NewDevice } from './device.ts'
import * as store from './store.ts'

/** Who acts on an account's things, when, and in which request. */
export type Acting = { userId: number; accountId: number; requestId: string; at: Date }

/** Registers a device; among those in service an account has each serial number of a brand once. */
export async function registerDevice(tx: Tx<Database>, acting: Acting, fields: NewDevice): Promise<Device> {
  const { userId: by, accountId, at } = acting
  const device = await store.insertDevice(tx, { ...fields, accountId, by, at }).catch(refuseTaken)
  await say(tx, 'device.registered', acting, { after: device })
  return device
}

/** Changes a device that is as the caller has seen it. */
export async function changeDevice(
  tx: Tx<Database>,
  acting: Acting,
  id: number,
  change: DeviceChange,
): Promise<Device> {
  const device = await ownDevice(tx, acting, id)
  if (device.retiredAt !== null) throw new Refusal('device_retired')
  if (device.version !== change.version) throw new Refusal('version_conflict', { current: device })
  const fields = changed(device, change)
  if (!inOrder(fields))
    throw new Refusal('validation_failed', { faults: [{ field: 'warrantyUntil', code: 'date_order' }] })
  const after = await store.updateDevice(tx, id, fields).catch(refuseTaken)
  await say(tx, 'device.updated', acting, { before: device, after })
  return after
}

/** Takes a device out of service; one that is out already stays so, one that is being repaired stays in. */
export async function retireDevice(tx: Tx<Database>, acting: Acting, id: number): Promise<void> {
  const device = await ownDevice(tx, acting, id)
  if (device.retiredAt !== null) return
  const number = await store.openRepairOf(tx, id, finalStates)
  if (number) throw new Refusal('device_in_repair', { params: { number } })
  await store.retireDevice(tx, id, acting.at)
  await say(tx, 'device.retired', acting, { before: device, after: device })
}

/** The account's device, locked, in service: what a new repair may be about. */
export async function deviceInService(tx: Tx<Database>, accountId: number, id: number): Promise<void> {
  const device = await store.lockDevice(tx, accountId, id)
  if (!device || device.retiredAt !== null)
    throw new Refusal('validation_failed', { faults: [{ field: 'deviceId', code: 'repair_device_unknown' }] })
}

async function ownDevice(tx: Tx<Database>, { accountId }: Acting, id: number): Promise<Device> {
  const device = await store.lockDevice(tx, accountId, id)
  if (!device) throw new Refusal('not_found')
  return device
}

async function say(
  tx: Tx<Database>,
  type: 'device.registered' | 'device.updated' | 'device.retired',
  { userId, accountId, requestId, at }: Acting,
  { before, after }: { before?: Device; after: Device },
): Promise<void> {
  const { id: deviceId, kind, brand, model, serial } = after
  await emit(tx, type, deviceId, { deviceId, accountId, kind, brand, model, serial }, { at })
  const change = { ...(before && { before }), after }
  const what = { action: type, objectType: 'device', objectId: deviceId, accountId }
  await audit(tx, { actor: { userId }, ...what, ...change, requestId, at })
}

function refuseTaken(error: unknown): never {
  if (constraintOf(error) !== 'device_serial_unique') throw error
  throw new Refusal('device_serial_taken', { faults: [{ field: 'serial', code: 'device_serial_taken' }] })
}
