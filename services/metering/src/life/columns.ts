import { SupplyClass } from '@sahary/contracts/ladder'
import type { Place } from './life.ts'

type PlaceRow = {
  account_id: bigint
  site_id: bigint
  vm_name: string
  vm_type: string
  supply_class: string
  vcpus: number
  memory_mib: number
  disk_gib: number
}

/** The columns in which a row holds whose VM it is, where it stands and what it reserves. */
export const placeColumns = ({ accountId, siteId, vmName, spec }: Place) => ({
  account_id: accountId,
  site_id: siteId,
  vm_name: vmName,
  vm_type: spec.vmType,
  supply_class: spec.supplyClass,
  vcpus: spec.vcpus,
  memory_mib: spec.memoryMib,
  disk_gib: spec.diskGib,
})

export const placeOf = (row: PlaceRow): Place => ({
  accountId: Number(row.account_id),
  siteId: Number(row.site_id),
  vmName: row.vm_name,
  spec: {
    vmType: row.vm_type,
    supplyClass: SupplyClass.parse(row.supply_class),
    vcpus: row.vcpus,
    memoryMib: row.memory_mib,
    diskGib: row.disk_gib,
  },
})
