import type { SupplyClass } from '@sahary/contracts/ladder'
import { invalidField } from '@sahary/contracts/refusal'
import type { Tx } from '@sahary/db/connect'
import { advisoryLock } from '@sahary/db/lock'
import type { Database } from '../app.ts'
import { type Image, listImages, listVmTypes, type VmType } from '../catalog/store.ts'
import { reserve } from '../hosts/actions.ts'
import { findKeys, giveKeys, type StoredKey } from '../keys/store.ts'
import { takeAddress } from '../networks/actions.ts'
import type { Action } from '../progress/action.ts'
import { announce, beginsCapped, refuseTakenName, refuseUnrunnable } from '../vms/actions.ts'
import type { Doer } from '../vms/doer.ts'
import { insertVm } from '../vms/store.ts'
import type { Vm } from '../vms/vm.ts'

export type Order = {
  name: string
  vmType: string
  image: string
  supplyClass: SupplyClass
  sshKeyIds: readonly number[]
  siteId?: number | undefined
  userData?: string | undefined
}

type Parts = { type: VmType; image: Image; keys: StoredKey[] }

async function partsOf(tx: Tx<Database>, accountId: number, order: Order): Promise<Parts> {
  const type = (await listVmTypes(tx)).find(({ name }) => name === order.vmType)
  if (!type) throw invalidField('vmType', 'vm_type_unknown')
  const image = (await listImages(tx)).find(({ name }) => name === order.image)
  if (!image) throw invalidField('image', 'image_unknown')
  if (type.memoryMib < image.leastMemoryMib)
    throw invalidField('vmType', 'image_needs_memory', { memoryMib: image.leastMemoryMib })
  const keys = await findKeys(tx, accountId, order.sshKeyIds)
  const known = keys.map(key => key.id)
  const unknown = order.sshKeyIds.findIndex(id => !known.includes(id))
  if (unknown >= 0) throw invalidField(`sshKeyIds.${unknown}`, 'ssh_key_unknown')
  return { type, image, keys }
}

/** Rents a VM: a place on a host, an address, its keys, and the action that brings it up. */
export async function rent(
  tx: Tx<Database>,
  by: Doer,
  order: Order,
  networkPool: string,
): Promise<{ vm: Vm; action: Action }> {
  const { type, image, keys } = await partsOf(tx, by.accountId, order)
  const { supplyClass } = order
  const seat = await reserve(tx, { size: type, reference: image.reference, supplyClass, siteId: order.siteId })
  // News of the site's power, or of the account's or the person's standing, comes wholly before this or wholly after.
  await advisoryLock(tx, 'site', seat.siteId)
  await advisoryLock(tx, 'account', by.accountId)
  await advisoryLock(tx, 'person', by.userId)
  await refuseUnrunnable(tx, by, { siteId: seat.siteId, supplyClass, holds: [] })
  const address = await takeAddress(tx, by.accountId, seat.hostId, networkPool)
  const vm = await insertVm(tx, {
    ...seat,
    ...address,
    accountId: by.accountId,
    createdBy: by.userId,
    name: order.name,
    vmType: type.name,
    image: image.name,
    supplyClass,
    vcpus: type.vcpus,
    memoryMib: type.memoryMib,
    diskGib: type.diskGib,
    userData: order.userData ?? null,
    cpuCapped: await beginsCapped(tx, seat.siteId, supplyClass),
    createdAt: by.at,
  }).catch(refuseTakenName)
  await giveKeys(tx, vm.id, keys)
  return { vm, action: await announce(tx, vm, by) }
}
