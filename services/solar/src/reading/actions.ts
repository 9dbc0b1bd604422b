import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'
import { observe } from '../live/observe.ts'
import { loadSites } from '../live/store.ts'
import { type Arrived, type Digest, digest } from './reading.ts'
import { addReadings, addSample, saveLive, saveSeen, speakersOf } from './store.ts'

/** Takes a batch of messages: readings, last words, and what they make of their sites. Gives what became of each. */
export async function takeBatch(
  tx: Tx<Database>,
  messages: readonly Arrived[],
  rate: number,
): Promise<Digest['tally']> {
  const last = messages.at(-1)
  const speakers = await speakersOf(tx, [...new Set(messages.map(message => message.inverterId))])
  const { readings, seen, siteIds, tally } = digest(messages, speakers)
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
