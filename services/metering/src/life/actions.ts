import type { Tx } from '@sahary/db/connect'
import type { Kysely } from 'kysely'
import type { Database } from '../app.ts'
import { type Change, earlier, nextClose, type Segment, timeline } from './life.ts'
import {
  addChange,
  changesSince,
  livingChanges,
  type Meter,
  meterIfFree,
  meterOfChange,
  ranIn,
  saveMeter,
} from './store.ts'

/** A VM's life as it was told before a change and as it is told with it. */
export type Retold = { meter: Meter; before: Segment[]; after: Segment[] }

/** Keeps one change of a VM, in whatever order it comes; null when it was known. Locks the VM's meter. */
export async function hearChange(tx: Tx<Database>, vmId: number, change: Change): Promise<Retold | null> {
  const meter = await meterOfChange(tx, vmId, change)
  const known = await changesSince(tx, vmId, earlier(change.at, meter.recordedTo), change.sequence)
  if (!(await addChange(tx, vmId, change))) return null
  return { meter, before: timeline(known), after: timeline([...known, change]) }
}

/** The part of a VM's life that is not recorded yet; undefined while another transaction works on it. */
export async function unrecordedLife(
  tx: Tx<Database>,
  vmId: number,
): Promise<{ meter: Meter; segments: Segment[] } | undefined> {
  const meter = await meterIfFree(tx, vmId)
  return meter && { meter, segments: timeline(await changesSince(tx, vmId, meter.recordedTo)) }
}

/** The lives of an account's living VMs, or of one of them, each since it was last recorded, as far as we have heard. */
export async function livesSoFar(
  db: Kysely<Database>,
  accountId: number,
  vmId: number | undefined,
): Promise<{ vmId: number; recordedTo: Date; segments: Segment[] }[]> {
  const lives = Map.groupBy(await livingChanges(db, accountId, vmId), each => each.vmId)
  return [...lives.values()].map(told => {
    const { vmId: id, recordedTo } = told[0]!
    return { vmId: id, recordedTo, segments: timeline(told.map(each => each.change)) }
  })
}

/** Moves the meter, and says when its next piece closes. */
export async function moveMeter(tx: Tx<Database>, meter: Meter, segments: readonly Segment[]): Promise<void> {
  const siteId = segments.at(-1)?.place.siteId
  if (siteId !== undefined) await saveMeter(tx, meter, siteId, nextClose(segments, meter.recordedTo))
}

/** The VMs from which we expect to hear what they did in a slot. */
export const vmsThatRan = (tx: Tx<Database>, slot: { siteId: number; from: Date; to: Date }): Promise<number[]> =>
  ranIn(tx, slot.siteId, slot.from, slot.to)
