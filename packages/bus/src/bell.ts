/** Something to wait for: `wait` ends when somebody rings, when it is over time, or when it was rung before. */
export type Bell = { ring: () => void; wait: (ms: number) => Promise<void> }

export function createBell(): Bell {
  let rung = false
  let wake: (() => void) | undefined
  return {
    ring: () => {
      rung = true
      wake?.()
    },
    wait: async ms => {
      if (!rung) {
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, ms)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
      }
      wake = undefined
      rung = false
    },
  }
}

const bells = new Set<Bell>()

/** Has `bell` rung whenever a transaction of this process that emitted something is committed. */
export function ringOnEmit(bell: Bell): () => void {
  bells.add(bell)
  return () => bells.delete(bell)
}

/** Something was emitted and committed. */
export function emitted(): void {
  for (const bell of bells) bell.ring()
}
