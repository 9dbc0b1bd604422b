import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'
import { observe } from '../live/observe.ts'
import { loadSites } from '../live/store.ts'
import { type Arrived, burstsOf, type Digest, digest } from './reading.ts'
import { addReadings, addSample, saveLive, saveSeen, speakersOf } from './store.ts'

/** Messages this close in real time make one sample of their site. */
const burstMs = 1000

/**
 * Takes a batch of messages: readings, last words, and what they make of their sites. Gives what became of each message.
 * A batch that had to wait for the database makes the samples that it would have made without.
 */
export async function takeBatch(
  tx: Tx<Database>,
  messages: readonly Arrived[],
  rate: number,
): Promise<Digest['tally'][]> {
  const tallies: Digest['tally'][] = []
  for (const burst of burstsOf(messages, burstMs * Math.max(1, rate))) tallies.push(await takeBurst(tx, burst, rate))
  return tallies
}

async function takeBurst(tx: Tx<Database>, burst: readonly Arrived[], rate: number): Promise<Digest['tally']> {
  const last = burst.at(-1)
  const speakers = await speakersOf(tx, [...new Set(burst.map(message => message.inverterId))])
  const { readings, seen, siteIds, tally } = digest(burst, speakers)
  await addReadings(tx, readings)
  await saveLive(tx, readings)
  await saveSeen(tx, seen)
  if (!last) return tally
  for (const site of await loadSites(tx, siteIds)) {
    const { live, holdMs } = observe(site, last.at, rate)
    await addSample(tx, site.siteId, live, { at: last.at, holdMs })
  }
  return tally
}
