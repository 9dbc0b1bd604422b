import type { VmSpec } from '@sahary/contracts/vm'
import { type Piece, type Place, piecesBetween, type Segment, type Span } from '../life/life.ts'
import { unscaled } from '../quantity/quantity.ts'

/**
 * Late usage is never lost and never changes what was recorded: until its hour is recorded it is simply part of that
 * hour, afterwards it becomes an adjustment that names the record it corrects.
 */

/** What a VM took, in thousandths of a second (of processors, MiB, GiB); `shed` is time stopped for want of energy. */
export type Quantities = { running: bigint; vcpu: bigint; memoryMib: bigint; diskGib: bigint; shed: bigint }

/** A record that was said, as far as late usage needs to know it. */
export type Recorded = Span & { usageId: number; running: boolean }

/** How long a record waits for energy: on the business clock, and on a real watch for when the business clock runs fast. */
export type Patience = { graceMs: number; realMs: number }
/** `behindMs` is how long, on a real watch, this VM has had something to record. */
export type Waiting = { now: Date; rate: number; behindMs: number }

/** What one piece of a VM's life took. */
export function quantitiesOf(piece: Piece): Quantities {
  const time = BigInt(piece.to.getTime() - piece.from.getTime())
  const during = (condition: boolean, size: number) => (condition ? time * BigInt(size) : 0n)
  const { condition, place } = piece
  return {
    running: during(condition === 'running', 1),
    vcpu: during(condition === 'running', place.spec.vcpus),
    memoryMib: during(condition === 'running' || condition === 'paused', place.spec.memoryMib),
    diskGib: during(condition !== 'gone', place.spec.diskGib),
    shed: during(condition === 'shed', 1),
  }
}

/**
 * A piece may be recorded when nothing can be added to it, which for a running VM means that every slot it touches has
 * been shared; or when we have waited long enough, and what comes later is late usage.
 */
export function readyToRecord(
  piece: Piece,
  sharedSlots: readonly Span[],
  waiting: Waiting,
  patience: Patience,
): boolean {
  if (piece.condition === 'running' && cover(sharedSlots, piece)) return true
  const passed = waiting.now.getTime() - piece.to.getTime()
  return passed >= patience.graceMs && Math.min(passed / waiting.rate, waiting.behindMs) >= patience.realMs
}

/** `slots` are in order of time. */
const cover = (slots: readonly Span[], piece: Span): boolean => {
  let reached = piece.from
  for (const slot of slots) if (slot.from <= reached && slot.to > reached) reached = slot.to
  return reached >= piece.to
}

const overlap = (a: Span, b: Span): boolean => a.from < b.to && b.from < a.to

/** The first of `pieces` in which the VM ran during the share's slot: each share belongs to one record and no other. */
export const ownerOf = (share: Span, pieces: readonly Piece[]): Piece | undefined =>
  pieces.find(piece => piece.condition === 'running' && overlap(piece, share))

/**
 * The record that late energy corrects: the first in which the VM ran during the slot; failing that the last that began
 * before the slot ended, because a stopped VM's last watts were drawn when it ran.
 */
export function recordOf(share: Span, records: readonly Recorded[]): Recorded | undefined {
  return (
    records.find(record => record.running && overlap(record, share)) ??
    records.filter(record => record.from < share.to).at(-1) ??
    records[0]
  )
}

/** What a record has to be corrected by, for one place, because the VM's life turned out to be another. */
export type Correction = Span & { usageId: number; place: Place; by: Quantities }

/** The difference between two tellings of a VM's life, over what has been recorded already; nothing where they agree. */
export function corrections(
  records: readonly Recorded[],
  before: readonly Segment[],
  after: readonly Segment[],
): Correction[] {
  return records.flatMap(record => {
    const changed = new Map<string, { place: Place; by: Quantities }>()
    const count = (segments: readonly Segment[], sign: bigint) => {
      for (const piece of piecesBetween(segments, record.from, record.to)) {
        const key = placeKey(piece.place)
        const found = changed.get(key)?.by ?? nothing
        changed.set(key, { place: piece.place, by: plus(found, quantitiesOf(piece), sign) })
      }
    }
    count(before, -1n)
    count(after, 1n)
    return [...changed.values()]
      .filter(({ by }) => Object.values(by).some(value => value !== 0n))
      .map(change => ({ usageId: record.usageId, from: record.from, to: record.to, ...change }))
  })
}

const specKey = ({ vmType, supplyClass, vcpus, memoryMib, diskGib }: VmSpec): string =>
  `${vmType} ${supplyClass} ${vcpus} ${memoryMib} ${diskGib}`
const placeKey = (place: Place): string => `${place.accountId} ${place.siteId} ${specKey(place.spec)}`

export const nothing: Quantities = { running: 0n, vcpu: 0n, memoryMib: 0n, diskGib: 0n, shed: 0n }

/** `a + sign × b`, quantity by quantity. */
export const plus = (a: Quantities, b: Quantities, sign = 1n): Quantities => ({
  running: a.running + sign * b.running,
  vcpu: a.vcpu + sign * b.vcpu,
  memoryMib: a.memoryMib + sign * b.memoryMib,
  diskGib: a.diskGib + sign * b.diskGib,
  shed: a.shed + sign * b.shed,
})

/** Quantities as they travel: seconds in decimal strings. */
export const quantitiesText = (quantities: Quantities) => ({
  runningSeconds: unscaled(quantities.running),
  vcpuSeconds: unscaled(quantities.vcpu),
  memoryMibSeconds: unscaled(quantities.memoryMib),
  diskGibSeconds: unscaled(quantities.diskGib),
  shedSeconds: unscaled(quantities.shed),
})
