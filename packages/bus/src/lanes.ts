import { setTimeout as pause } from 'node:timers/promises'

/** Queues worked on side by side; what has one key is worked on in order. */
export type Lanes<T> = {
  /** Resolves when there is room for the next item. */
  push: (key: string, item: T) => Promise<void>
  /** Stops starting work, gives back what was not begun, and resolves when the rest is finished. */
  close: () => Promise<T[]>
}

/** Where several may go together, a lane's work begins no sooner after the last, in milliseconds, unless it is full. */
const gatherMs = 5

/** `work` gets up to `batch` items of one lane, oldest first, and does not throw. */
export function createLanes<T>(
  size: { lanes: number; batch: number; room: number },
  work: (items: T[]) => Promise<void>,
): Lanes<T> {
  const queues: T[][] = Array.from({ length: size.lanes }, () => [])
  const begun = new Map<number, number>()
  const running = new Map<number, Promise<void>>()
  let held = 0
  let closed = false
  let madeRoom: (() => void)[] = []

  const run = async (lane: number): Promise<void> => {
    const queue = queues[lane]!
    while (queue.length > 0 && !closed) {
      const early = (begun.get(lane) ?? 0) + gatherMs - performance.now()
      if (size.batch > 1 && queue.length < size.batch && early > 0) await pause(early)
      begun.set(lane, performance.now())
      const items = queue.splice(0, size.batch)
      await work(items)
      held -= items.length
      for (const go of madeRoom.splice(0)) go()
    }
    running.delete(lane)
  }

  return {
    push: async (key, item) => {
      while (held >= size.room && !closed) await new Promise<void>(resolve => madeRoom.push(resolve))
      held += 1
      const lane = hash(key) % size.lanes
      queues[lane]!.push(item)
      if (!running.has(lane) && !closed) running.set(lane, run(lane))
    },
    close: async () => {
      closed = true
      for (const go of madeRoom.splice(0)) go()
      madeRoom = []
      await Promise.all(running.values())
      return queues.flatMap(queue => queue.splice(0))
    },
  }
}

function hash(key: string): number {
  let sum = 0
  for (let n = 0; n < key.length; n++) sum = (sum * 31 + key.charCodeAt(n)) >>> 0
  return sum
}
