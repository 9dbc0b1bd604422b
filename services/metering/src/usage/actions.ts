import { emitAll, type Saying } from '@sahary/bus/emit'
import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'
import { sharedSlots, sharesToUse, useShares } from '../energy/actions.ts'
import { type Energy, energyText, noEnergy, plusEnergy, totalEnergy } from '../energy/energy.ts'
import { hearChange, moveMeter, unrecordedLife } from '../life/actions.ts'
import { type Change, closedPieces, nextClose, nextPresence, type Piece, piecesBetween } from '../life/life.ts'
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
    const records = await recordsBetween(tx, vmId, change.at, meter.recordedTo)
    const late = corrections(records, before, after).map((each): NewUsage => {
      const adjusts = { usageId: each.usageId, reason: 'late_event' as const }
      return { ...each, vmId, ran: false, quantities: each.by, energy: noEnergy, adjusts }
    })
    // A VM that turns out to have begun earlier has hours that nobody has recorded.
    const unseen = piecesBetween(after, change.at, meter.beginsAt).map(piece => recordFor(vmId, piece, noEnergy))
    await write(tx, [...late, ...unseen], now)
  }
  if (change.at < meter.beginsAt) meter.beginsAt = change.at
  if (nothingRecorded) meter.recordedTo = meter.beginsAt
  await moveMeter(tx, meter, after)
}

/**
 * Records what has closed of one VM's life and has its energy, in order, at most two days of it. Gives the number of
 * records; 0 also while another replica works on this VM.
 */
export async function recordUsage(
  tx: Tx<Database>,
  vmId: number,
  watch: { now: Date; rate: number; realNow: Date },
  patience: Patience,
): Promise<number> {
  const life = await unrecordedLife(tx, vmId)
  if (!life) return 0
  const { meter, segments } = life
  // A VM that was gone and is back is caught up with from where it is there again.
  const since = nextPresence(segments, meter.recordedTo) ?? meter.recordedTo
  const until = new Date(Math.min(watch.now.getTime(), since.getTime() + stretchMs))
  const closed = closedPieces(segments, meter.recordedTo, until)
  meter.behindSince ??= watch.realNow
  const behindMs = watch.realNow.getTime() - meter.behindSince.getTime()
  const slots = await sharedSlots(tx, closed)
  const waits = closed.findIndex(
    piece => !readyToRecord(piece, slots.get(piece.place.siteId) ?? [], { ...watch, behindMs }, patience),
  )
  const ready = waits === -1 ? closed : closed.slice(0, waits)
  await recordPieces(tx, meter, ready, watch.now)
  const last = ready.at(-1)
  if (last) meter.recordedTo = last.to
  if (waits === -1) meter.behindSince = null
  await moveMeter(tx, meter, segments)
  return ready.length
}

async function recordPieces(tx: Tx<Database>, meter: Meter, pieces: readonly Piece[], now: Date): Promise<void> {
  const { vmId, recordedTo: since } = meter
  const [first, last] = [pieces[0], pieces.at(-1)]
  if (!first || !last) return
  // A slot that an earlier record ran in belongs to that record.
  const earlier = (await recordsBetween(tx, vmId, new Date(since.getTime() - 3_600_000), since)).filter(
    each => each.running,
  )
  const shares = (await sharesToUse(tx, vmId, last.to)).filter(
    share => !earlier.some(record => record.from < share.to && share.from < record.to),
  )
  const uses = shares.flatMap(share => {
    const owner = ownerOf(share, pieces)
    return owner ? [{ share, piece: pieces.indexOf(owner) }] : []
  })
  const energy = pieces.map((_, index) =>
    uses.filter(use => use.piece === index).reduce((sum, use) => plusEnergy(sum, use.share.energy), noEnergy),
  )
  const ids = await write(
    tx,
    pieces.map((piece, index) => recordFor(vmId, piece, energy[index]!)),
    now,
  )
  await useShares(
    tx,
    vmId,
    uses.map(({ share, piece }) => ({ from: share.from, usageId: ids[piece]! })),
  )
}

const recordFor = (vmId: number, piece: Piece, energy: Energy): NewUsage => ({
  vmId,
  place: piece.place,
  from: piece.from,
  to: piece.to,
  ran: piece.condition === 'running',
  quantities: quantitiesOf(piece),
  energy,
  adjusts: null,
})

/** Gives late energy of one VM to the records it belongs to, one adjustment per record. Gives how many shares came late. */
export async function adjustLateEnergy(tx: Tx<Database>, vmId: number, now: Date): Promise<number> {
  const life = await unrecordedLife(tx, vmId)
  if (!life) return 0
  const { recordedTo } = life.meter
  // A VM that is gone will have no further record that a share could still be part of.
  const isGone = nextClose(life.segments, recordedTo) === null
  const shares = await sharesToUse(tx, vmId, isGone ? never : recordedTo)
  const late = shares.filter(share => isGone || share.to <= recordedTo)
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
