import type { Roof } from '@sahary/simulator/roof'
import pg from 'pg'

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

/** A slot as it was shared: what the site used, and who used it, in watt-hours. */
export type Shared = { from: string; loadWh: string; platformWh: string; vmsWh: string }

const sum = (prefix: string): string =>
  ['solar', 'battery', 'grid', 'generator'].map(source => `${prefix}${source}_wh`).join(' + ')

/** Reads the books as their keeper does: what the platform used itself is told at no door. */
export async function sharedSlots(postgresUrl: string, siteId: number): Promise<Shared[]> {
  const client = new pg.Client({ connectionString: postgresUrl })
  await client.connect()
  try {
    const { rows } = await client.query<Omit<Shared, 'from'> & { at: Date }>(
      `select s.from_at as at, s.load_wh as "loadWh", ${sum('s.platform_')} as "platformWh",
              (select coalesce(sum(${sum('v.')}), 0) from metering.vm_slot v
                where v.site_id = s.site_id and v.from_at = s.from_at) as "vmsWh"
         from metering.slot s where s.site_id = $1 and s.shared_at is not null order by s.from_at`,
      [siteId],
    )
    return rows.map(({ at, ...shared }) => ({ from: at.toISOString(), ...shared }))
  } finally {
    await client.end()
  }
}
