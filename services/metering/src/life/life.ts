import type { EventType } from '@sahary/contracts/events'
import type { VmFault, VmReason, VmSpec } from '@sahary/contracts/vm'

/** What a VM takes: `running` all it reserves, `paused` memory and disk, `off` and `shed` its disk, `gone` nothing. */
export const conditions = ['running', 'paused', 'off', 'shed', 'gone'] as const
export type Condition = (typeof conditions)[number]

/** Whose VM it is, where it stands and what it reserves: what a usage record repeats. */
export type Place = { accountId: number; siteId: number; vmName: string; spec: VmSpec }

/**
 * One thing compute said of a VM, at an instant of the business clock. `sequence` orders the changes of one VM
 * whatever order they arrive in; a condition of null leaves the VM as it was (a resize).
 */
export type Change = { sequence: number; at: Date; condition: Condition | null; place: Place }

/** Half-open: `from` belongs to it, `to` does not. */
export type Span = { from: Date; to: Date }

/** A span in which nothing about the VM changed; `to` is null for the one that still lasts. */
export type Segment = { from: Date; to: Date | null; condition: Condition; place: Place }

/** A segment cut at the hours: at most one hour, and what one usage record is made from. */
export type Piece = Segment & { to: Date }

const afterType: Partial<Record<EventType, Condition>> = {
  'vm.created': 'off',
  'vm.started': 'running',
  'vm.resumed': 'running',
  'vm.stopped': 'off',
  'vm.paused': 'paused',
  'vm.failed': 'off',
  'vm.deleted': 'gone',
}

/** The earlier of two instants. */
export const earlier = (a: Date, b: Date): Date => (+a <= +b ? a : b)
const later = (a: Date, b: Date): Date => (+a >= +b ? a : b)

/** How a VM fails that has no disk: it was never made, or its host has lost it. */
const withoutDisk: readonly string[] = ['creation_failed', 'disk_missing'] satisfies VmFault[]

/**
 * What a VM is after an event of compute; a VM that is halted for want of energy is `shed`, however it was halted, and
 * one that fails without a disk is `gone` until it starts after all.
 */
export function conditionAfter(type: EventType, reason: VmReason, code?: string): Condition | null {
  if (type === 'vm.failed' && code !== undefined && withoutDisk.includes(code)) return 'gone'
  const halted = type === 'vm.stopped' || type === 'vm.paused'
  return halted && reason === 'energy' ? 'shed' : (afterType[type] ?? null)
}

/**
 * The life of a VM as segments that tile it. The result depends on the changes alone and not on the order in which
 * they were heard; a change whose clock is behind its predecessor's counts from the predecessor's.
 */
export function timeline(changes: readonly Change[]): Segment[] {
  const segments: Segment[] = []
  for (const change of [...changes].sort((a, b) => a.sequence - b.sequence)) {
    const last = segments.at(-1)
    const from = later(last?.from ?? change.at, change.at)
    if (last) last.to = from
    segments.push({ from, to: null, condition: change.condition ?? last?.condition ?? 'off', place: change.place })
  }
  return segments.filter(segment => segment.to === null || segment.from < segment.to)
}

const hour = 3_600_000

/** The end of the hour that `at` lies in. Hours are UTC's: Cairo's offsets are whole hours, so its months begin on one. */
export const hourAfter = (at: Date): Date => new Date((Math.floor(at.getTime() / hour) + 1) * hour)

/** The pieces of a VM's life between two instants; what lies outside and what is `gone` makes none. */
export function piecesBetween(segments: readonly Segment[], from: Date, to: Date): Piece[] {
  return segments
    .filter(segment => segment.condition !== 'gone')
    .flatMap(segment => {
      const pieces: Piece[] = []
      const end = earlier(segment.to ?? to, to)
      let start = later(segment.from, from)
      while (start < end) {
        const next = earlier(hourAfter(start), end)
        pieces.push({ ...segment, from: start, to: next })
        start = next
      }
      return pieces
    })
}

/** The pieces from `from` that can grow no longer at `now`: their hour is over, or the VM changed. */
export function closedPieces(segments: readonly Segment[], from: Date, now: Date): Piece[] {
  return piecesBetween(segments, from, now).filter(
    piece => hourAfter(piece.from) <= now || segments.some(segment => segment.to?.getTime() === piece.to.getTime()),
  )
}

/** When the VM is next there, at `from` or after it; null when it is gone. */
export function nextPresence(segments: readonly Segment[], from: Date): Date | null {
  const next = segments.find(segment => segment.condition !== 'gone' && (segment.to === null || segment.to > from))
  return next ? later(next.from, from) : null
}

/** When the next piece after `from` will be closed as things stand, or null when the VM is gone. */
export function nextClose(segments: readonly Segment[], from: Date): Date | null {
  const start = nextPresence(segments, from)
  if (!start) return null
  const end = segments.find(segment => segment.from <= start && (segment.to === null || segment.to > start))?.to
  return earlier(end ?? hourAfter(start), hourAfter(start))
}
