import type { Roof } from '@sahary/simulator/roof'

/** What the roof's counter showed at a moment of the business clock. */
type Reading = { atMs: number; wh: number }

/**
 * Writes down the roof's own counter at every turn of it. `at` is what it showed at a moment, `stepWh` the most that it
 * rose between two turns: as exact as anybody can know it who reads it turn by turn.
 */
export function watchCounter(now: () => Roof): { at: (at: string) => number; stepWh: () => number; stop: () => void } {
  const readings: Reading[] = []
  const look = () => {
    const { at, usedWh } = now()
    if (at.getTime() !== readings.at(-1)?.atMs) readings.push({ atMs: at.getTime(), wh: usedWh })
  }
  const timer = setInterval(look, 25)
  return {
    at: at => between(readings, Date.parse(at)),
    stepWh: () => Math.max(...readings.map(({ wh }, index) => wh - (readings[index - 1]?.wh ?? wh))),
    stop: () => clearInterval(timer),
  }
}

function between(readings: readonly Reading[], atMs: number): number {
  const index = readings.findIndex(reading => reading.atMs >= atMs)
  const [before, after] = [readings[index - 1], readings[index]]
  if (!after) throw new Error(`the counter was not read after ${new Date(atMs).toISOString()}`)
  // Before its first turn the roof stood still.
  if (!before) return after.wh
  return before.wh + ((after.wh - before.wh) * (atMs - before.atMs)) / (after.atMs - before.atMs)
}
