import type { EventData } from '@sahary/contracts/events'
import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'
import type { Piece, Span } from '../life/life.ts'
import { scaled } from '../quantity/quantity.ts'
import { lateShare, minusEnergy, perSource, shareSlot } from './energy.ts'
import {
  addMetering,
  addSlot,
  lockSlot,
  meteringsOf,
  saveShares,
  sharedSpans,
  tieShares,
  unusedShares,
} from './store.ts'

/** Keeps a slot that a site has closed; a site closes each slot once. */
export async function keepSlot(tx: Tx<Database>, closed: EventData<'energy.slot_closed'>): Promise<void> {
  await addSlot(tx, {
    siteId: closed.siteId,
    from: new Date(closed.from),
    to: new Date(closed.to),
    load: scaled(closed.loadWh),
    baseline: scaled(closed.baselineWh),
    bySource: perSource(source => scaled(closed.bySource[source])),
    quality: closed.quality,
  })
}

/** Keeps what a VM did in a slot. When the slot has been shared already, the VM is served from the platform's part. */
export async function keepMetering(tx: Tx<Database>, said: EventData<'vm.metered'>, now: Date): Promise<void> {
  const from = new Date(said.from)
  // The slot's lock comes first, so that sharing sees this metering or this metering sees the sharing.
  const slot = await lockSlot(tx, said.siteId, from)
  const added = await addMetering(tx, {
    vmId: said.vmId,
    siteId: said.siteId,
    from,
    to: new Date(said.to),
    cpu: scaled(said.cpuSeconds, 9),
    running: scaled(said.runningSeconds, 9),
    vcpus: said.vcpus,
    siteCpu: scaled(said.siteCpuSeconds, 9),
    siteVcpus: said.siteVcpus,
  })
  if (!added || !slot?.platform) return
  const share = lateShare(slot, await meteringsOf(tx, said.siteId, from), said.vmId, slot.platform)
  const platform = minusEnergy(slot.platform, share)
  await saveShares(tx, slot, { vms: new Map([[said.vmId, share]]), platform }, now)
}

/**
 * Shares a slot among the VMs that were metered in it. Waits (gives false) while one of `expected` is missing, unless
 * we have waited long enough. A slot that is shared stays shared, whoever comes second.
 */
export async function shareOut(
  tx: Tx<Database>,
  { siteId, from }: { siteId: number; from: Date },
  expected: readonly number[],
  { now, waitedEnough }: { now: Date; waitedEnough: boolean },
): Promise<boolean> {
  const slot = await lockSlot(tx, siteId, from)
  if (!slot || slot.platform) return false
  const metered = await meteringsOf(tx, siteId, from)
  const missing = expected.some(vmId => !metered.some(vm => vm.vmId === vmId))
  if (missing && !waitedEnough) return false
  await saveShares(tx, slot, shareSlot(slot, metered), now)
  return true
}

/** A VM's shares of slots that no record has used yet, up to an instant. */
export const sharesToUse = unusedShares
/** Ties shares to the one record that used each. */
export const useShares = tieShares

/** The shared slots around some pieces of a VM's life, by site. */
export async function sharedSlots(tx: Tx<Database>, pieces: readonly Piece[]): Promise<Map<number, Span[]>> {
  const [first, last] = [pieces[0], pieces.at(-1)]
  if (!first || !last) return new Map()
  const sites = [...new Set(pieces.map(piece => piece.place.siteId))]
  return Map.groupBy(await sharedSpans(tx, sites, first.from, last.to), span => span.siteId)
}
