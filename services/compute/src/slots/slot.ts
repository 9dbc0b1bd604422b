import { Decimal } from 'decimal.js'

/** Five minutes of business time. */
export const slotMs = 300_000

export type Interval = { from: Date; to: Date }

/** The beginning of the slot that `at` belongs to. */
export const slotStart = (at: Date): Date => new Date(Math.floor(at.getTime() / slotMs) * slotMs)

/** Seconds that two half-open intervals have in common. */
export const overlapSeconds = (a: Interval, b: Interval): number =>
  Math.max(0, Math.min(a.to.getTime(), b.to.getTime()) - Math.max(a.from.getTime(), b.from.getTime())) / 1000

/** A reading of the engine's counter of processor time, with the two clocks at that moment. */
export type Reading = { run: string; cpuNs: bigint; realAt: Date; businessAt: Date }

/** Processor seconds of business time, by slot. */
export type SlotUse = { slotFrom: Date; cpuSeconds: Decimal }

/**
 * Turns two readings into use: the share of the processors that was busy over real time, times the business time that
 * went by, spread evenly over the slots it touches. A counter of another run starts from nothing.
 */
export function useBetween(before: Reading, after: Reading, vcpus: number): SlotUse[] {
  const realMs = after.realAt.getTime() - before.realAt.getTime()
  const span = { from: before.businessAt, to: after.businessAt }
  if (realMs <= 0 || span.to <= span.from) return []
  const busyNs = before.run === after.run && after.cpuNs >= before.cpuNs ? after.cpuNs - before.cpuNs : after.cpuNs
  const cores = Decimal.min(new Decimal(busyNs.toString()).div(1e6).div(realMs), vcpus)
  const parts: SlotUse[] = []
  for (let from = slotStart(span.from); from < span.to; from = new Date(from.getTime() + slotMs)) {
    const seconds = overlapSeconds(span, { from, to: new Date(from.getTime() + slotMs) })
    parts.push({ slotFrom: from, cpuSeconds: cores.mul(seconds).toDecimalPlaces(6, Decimal.ROUND_HALF_UP) })
  }
  return parts
}

/** What one VM did in one slot. */
export type VmSlot = {
  vmId: number
  accountId: number
  hostId: number
  vcpus: number
  cpuSeconds: Decimal
  runningSeconds: Decimal
}

/** A VM can neither have used more than its processors could give, nor anything while it was off. */
export const plausible = (slot: VmSlot): VmSlot => ({
  ...slot,
  cpuSeconds: Decimal.min(slot.cpuSeconds, slot.runningSeconds.mul(slot.vcpus)),
})

/** The site's processor time in a slot: the sum over its VMs. */
export const siteCpuSeconds = (slots: readonly VmSlot[]): Decimal =>
  slots.reduce((sum, slot) => sum.add(slot.cpuSeconds), new Decimal(0))

/** The next slot that is over at `until`, and the number of slots to close in one go at most. */
export function slotsToClose(closedTo: Date, until: Date, most: number): Interval[] {
  const slots: Interval[] = []
  for (let from = closedTo; slots.length < most; from = new Date(from.getTime() + slotMs)) {
    const to = new Date(from.getTime() + slotMs)
    if (to > until) break
    slots.push({ from, to })
  }
  return slots
}
