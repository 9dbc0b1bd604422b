/** VMs to look at beside those that the database names, and when to leave one alone after a fault or while it boots. */
export type Hints = {
  add(vmId: number): void
  /** Calls `listener` at each `add`. */
  onAdd(listener: () => void): void
  /** Gives what to look at now and forgets it: `ids` and the hints, without those that shall rest until later. */
  take(ids: readonly number[], nowMs: number): number[]
  went(vmId: number): void
  /** Lets a VM rest, longer each time, and tells when the rest is over; gives how many there were in a row. */
  rest(vmId: number, nowMs: number): number
}

const restMs = { first: 100, most: 15_000 } as const

export function createHints(): Hints {
  const waiting = new Set<number>()
  const resting = new Map<number, { times: number; untilMs: number }>()
  let tell = () => {}
  return {
    add: vmId => {
      waiting.add(vmId)
      tell()
    },
    onAdd: listener => {
      tell = listener
    },
    take: (ids, nowMs) => {
      const all = [...new Set([...waiting, ...ids])].filter(vmId => (resting.get(vmId)?.untilMs ?? 0) <= nowMs)
      for (const vmId of all) waiting.delete(vmId)
      return all
    },
    went: vmId => void resting.delete(vmId),
    rest: (vmId, nowMs) => {
      const times = (resting.get(vmId)?.times ?? 0) + 1
      const ms = Math.min(restMs.most, restMs.first * 2 ** (times - 1))
      resting.set(vmId, { times, untilMs: nowMs + ms })
      setTimeout(() => tell(), ms + 1).unref()
      return times
    },
  }
}
