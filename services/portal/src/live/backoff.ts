const longestMs = 30_000

/**
 * How long to wait before the `attempt`-th try (0 is the first): doubling from half a second up to half a minute,
 * spread by `spread` in [0, 1) so that a thousand pages do not come back in the same instant.
 */
export const waitBefore = (attempt: number, spread: number): number => {
  const whole = Math.min(longestMs, 500 * 2 ** Math.min(attempt, 10))
  return Math.round(whole / 2 + (whole / 2) * spread)
}
