import { emitAll, type Saying } from '@sahary/bus/emit'
import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'
import { sharedSlots, sharesToUse, useShares } from '../energy/actions.ts'
import { type Energy, energyText, noEnergy, plusEnergy, totalEnergy } from '../energy/energy.ts'
import { hearChange, moveMeter, unrecordedLife } from '../life/actions.ts'
import { type Change, closedPieces, nextClose, type Piece, piecesBetween } from '../life/life.ts'
import type { Meter } from '../life/store.ts'
import { addUsage, type NewUsage, placesOf, recordsBetween } from './store.ts'
import {
  corrections,
  nothing,
  ownerOf,
  type Patience,
  quantitiesOf,
  quantitiesText,
  readyToRecord,
  recordOf,
} from './usage.ts'

/** A VM is caught up with in stretches, so that a long one never makes a long transaction. */
const stretchMs = 48 * 3_600_000
const never = new Date('9999-12-31T00:00:00Z')

/** Applies one change of a VM. What it makes different in recorded hours becomes adjustments. */
export async function applyChange(tx: Tx<Database>, vmId: number, change: Change, now: Date): Promise<void> {
  const life = await hearChange(tx, vmId, change)
  if (!life) return
  const { meter, before, after } = life
  const nothingRecorded = meter.recordedTo <= meter.beginsAt
  if (change.at < meter.recordedTo && !nothingRecorded) {
    // A record is at most an hour, so that the one before a share cannot have begun earlier than this.
  const since = new Date(Math.min(+(late[0]?.from ?? recordedTo), +recordedTo) - 3_600_000)
  const records = late.length === 0 ? [] : await recordsBetween(tx, vmId, since, recordedTo)
  const owned = late.flatMap(share => {
    const record = recordOf(share, records)
    return record ? [{ share, usageId: record.usageId }] : []
  })
  const places = await placesOf(tx, [...new Set(owned.map(each => each.usageId))])
  for (const [usageId, record] of places) {
    const own = owned.filter(each => each.usageId === usageId).map(each => each.share)
    const energy = own.reduce((sum, share) => plusEnergy(sum, share.energy), noEnergy)
    const adjusts = { usageId, reason: 'late_energy' as const }
    const adjustment: NewUsage = { ...record, vmId, ran: false, quantities: nothing, energy, adjusts }
    // Slots in which the VM used nothing correct nothing; they are done with all the same.
    const [id = usageId] = totalEnergy(energy) === 0n ? [] : await write(tx, [adjustment], now)
    await useShares(
      tx,
      vmId,
      own.map(share => ({ from: share.from, usageId: id })),
    )
  }
  return owned.length
}

/** Writes records and says each of them, in the same transaction. */
async function write(tx: Tx<Database>, usages: readonly NewUsage[], now: Date): Promise<number[]> {
  const ids = await addUsage(tx, usages, now)
  await emitAll(
    tx,
    usages.map((usage, index) => sayingOf(usage, ids[index]!, now)),
  )
  return ids
}

function sayingOf(usage: NewUsage, usageId: number, at: Date): Saying {
  const { place, quantities, energy, adjusts } = usage
  const data = {
    usageId,
    accountId: place.accountId,
    vmId: usage.vmId,
    vmName: place.vmName,
    siteId: place.siteId,
    spec: place.spec,
    from: usage.from.toISOString(),
    to: usage.to.toISOString(),
    ...quantitiesText(quantities),
    energyWh: energyText(energy),
  }
  return adjusts
    ? {
        type: 'usage.adjusted',
        subjectId: usageId,
        at,
        data: { ...data, adjustsUsageId: adjusts.usageId, reason: adjusts.reason },
      }
    : { type: 'usage.recorded', subjectId: usageId, at, data }
}
