import { setTimeout as pause } from 'node:timers/promises'

/**
 * Runs `check` until it gives something without throwing, and gives that; the last error is thrown when it has not
 * within `withinMs` (10 s). The only way a test waits.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { withinMs = 10_000, everyMs = 20 }: { withinMs?: number; everyMs?: number } = {},
): Promise<T> {
  const end = Date.now() + withinMs
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() >= end) throw error
      await pause(everyMs)
    }
  }
}
