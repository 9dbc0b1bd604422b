/** VMs to look at beside those that the database names, and when to leave one alone after a fault. */
export type Hints = {
  add(vmId: number): void
  /** Calls `listener` at each `add`. */
  onAdd(listener: () => void): void
  /** Gives what to look at now and forgets it: `ids` and the hints, without those that shall rest until later. */
  take(ids: readonly number[], nowMs: number): number[]
  went(vmId: number): void
  /** Lets a VM rest, longer each time; gives how many faults there were in a row. */
  failed(vmId: number, nowMs: number): number
}

const restMs = { first: 500, most: 15_000 } as const

export function createHints(): Hints {
  const waiting = new Set<number>()
  const resting = new Map<number, { faults: number; untilMs: number }>()
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
    failed: (vmId, nowMs) => {
      const faults = (resting.get(vmId)?.faults ?? 0) + 1
      resting.set(vmId, { faults, untilMs: nowMs + Math.min(restMs.most, restMs.first * 2 ** (faults - 1)) })
      return faults
    },
  }
}
