import { emit, emitAll } from '@sahary/bus/emit'
import type { ErrorCode } from '@sahary/contracts/errors'
import { Refusal } from '@sahary/contracts/refusal'
import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'
import type { Probe } from '../engine/probe/store.ts'
import { mayStart } from '../power/shed.ts'
import { levelOf } from '../power/store.ts'
import { type NoHost, place, type Size, sellableOf } from './placement.ts'
import {
  forgetVms,
  type Host,
  insertHost,
  listHosts,
  lockCandidates,
  lockHostNamed,
  loseSilent,
  saveBeat,
  unsettleVms,
} from './store.ts'

/** What this process was told about the host it drives. */
export type HostRules = {
  name: string
  siteId: number
  cpuOvercommit: number
  reservedMemoryMib: number
  diskGib: number
}

const facts = (host: Pick<Host, 'id' | 'siteId' | 'name'>) => ({
  hostId: host.id,
  siteId: host.siteId,
  name: host.name,
})

/** The host is there and is what `probe` says: it joins, it is well, or it has come back. Gives it. */
export async function hostSeen(
  tx: Tx<Database>,
  rules: HostRules,
  probe: Probe,
  at: Date,
): Promise<Pick<Host, 'id' | 'siteId'>> {
  const sellable = sellableOf(probe, rules)
  const beat = { probe, sellable, at }
  const known = await lockHostNamed(tx, rules.name)
  if (!known) {
    const joined = await insertHost(tx, rules.name, rules.siteId, beat)
    if (!joined) return (await lockHostNamed(tx, rules.name))!
    await emit(tx, 'host.joined', joined.id, { ...facts(joined), ...atLeastOne(sellable) }, { at })
    return joined
  }
  await saveBeat(tx, known.id, known.state === 'lost' ? 'up' : known.state, beat)
  if (known.state === 'lost') {
    await unsettleVms(tx, known.id)
    await emit(tx, 'host.recovered', known.id, facts(known), { at })
  }
  return known
}

const atLeastOne = (size: Size): Size => ({
  vcpus: Math.max(1, size.vcpus),
  memoryMib: Math.max(1, size.memoryMib),
  diskGib: Math.max(1, size.diskGib),
})

/** Hosts that have been silent for `silentS` real seconds are lost, and nothing is known of their VMs. */
export async function loseSilentHosts(tx: Tx<Database>, silentS: number, at: Date): Promise<Host[]> {
  const lost = await loseSilent(tx, silentS)
  for (const host of lost) await forgetVms(tx, host.id)
  await emitAll(
    tx,
    lost.map(host => ({
      type: 'host.lost' as const,
      subjectId: host.id,
      data: { ...facts(host), lastSeenAt: host.lastSeenAt.toISOString() },
      at,
    })),
  )
  return lost
}

const refusals: Record<NoHost, ErrorCode> = {
  no_host: 'no_host',
  image_missing: 'image_not_on_host',
  host_full: 'host_full',
}

type Need = { size: Size; reference: string; supplyClass: Parameters<typeof mayStart>[1]; siteId?: number | undefined }

/**
 * Chooses a host with room, on the wished site or on any that has power for the class, and keeps the choice safe from
 * others until the transaction ends.
 */
export async function reserve(tx: Tx<Database>, need: Need): Promise<{ hostId: number; siteId: number }> {
  const known = [...new Set((await listHosts(tx)).map(host => host.siteId))]
  if (need.siteId !== undefined && !known.includes(need.siteId))
    throw new Refusal('validation_failed', { faults: [{ field: 'siteId', code: 'site_unknown' }] })
  const wished = need.siteId === undefined ? known : [need.siteId]
  const powered: number[] = []
  for (const siteId of wished) if (mayStart(await levelOf(tx, siteId), need.supplyClass)) powered.push(siteId)
  if (wished.length > 0 && powered.length === 0) throw new Refusal('site_short_of_power')
  const candidates = powered.length === 0 ? [] : await lockCandidates(tx, powered)
  const found = place(candidates, need.size, need.reference)
  if ('refused' in found) throw new Refusal(refusals[found.refused])
  return { hostId: found.hostId, siteId: candidates.find(host => host.id === found.hostId)!.siteId }
}
