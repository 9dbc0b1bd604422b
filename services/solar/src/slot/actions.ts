import { emit } from '@sahary/bus/emit'
import type { Tx } from '@sahary/db/connect'
import type { Database } from '../app.ts'
import type { Measure } from '../format/format.ts'
import { invertersOf } from '../inverter/store.ts'
import { counterOwes, counterSeries } from '../reading/store.ts'
import { siteOf } from '../site/actions.ts'
import type { Site } from '../site/site.ts'
import { countedOf, counterGapMs } from './counted.ts'
import { closeSlot, type Sample, type Slot, slotMs, slotStart, whText } from './slot.ts'
import { addSlot, lockCursor, sampleAfter, sampleBefore, samplesAround, saveCursor } from './store.ts'

/** What a turn of closing did: a slot, a gap that was passed over, or nothing because nothing is due. */
export type Closing = 'closed' | 'passed' | 'nothing'

/** How long after its end a slot may still be waiting for its last readings to be committed. */
export type Grace = { graceMs: number }

/**
 * Closes the next slot of a site if it is due: `graceMs` after its end once something was heard after the end, or after
 * the last sample has lost its worth, and once every counter was read after it or is no longer waited for. The cursor's
 * row is locked, so that a slot is closed once.
 */
export async function closeNext(tx: Tx<Database>, siteId: number, now: Date, { graceMs }: Grace): Promise<Closing> {
  const fromMs = await nextSlot(tx, siteId, await lockCursor(tx, siteId))
  if (fromMs === null) return 'nothing'
  const end = fromMs + slotMs
  if (now.getTime() < end + graceMs) return 'nothing'
  const samples = await samplesAround(tx, siteId, new Date(fromMs), new Date(end))
  const last = samples.at(-1)
  if (last && last.atMs < end && now.getTime() < last.atMs + last.holdMs) return 'nothing'
  const readSince = new Date(now.getTime() - counterGapMs(longestHold(samples)))
  if (await counterOwes(tx, siteId, readSince, new Date(end))) return 'nothing'
  const site = await siteOf(tx, siteId)
  const slot = await computeSlot(tx, site, fromMs, samples)
  await saveCursor(tx, siteId, new Date(end))
  if (!slot || !(await addSlot(tx, siteId, new Date(fromMs), slot))) return 'passed'
  await emit(tx, 'energy.slot_closed', siteId, closedEvent(siteId, fromMs, slot), { at: new Date(end) })
  return 'closed'
}

/**
 * The slot to close next: the one after the last while what was known then is still good, else the one in which the
 * site is heard again. Under a fast clock samples lie further apart than slots are long.
 */
async function nextSlot(tx: Tx<Database>, siteId: number, closedTo: Date | null): Promise<number | null> {
  const next = await sampleAfter(tx, siteId, closedTo ?? new Date(0))
  if (!next) return null
  const before = closedTo && (await sampleBefore(tx, siteId, closedTo))
  const unbroken = before && next.getTime() - before.at.getTime() <= before.holdMs
  return unbroken ? closedTo.getTime() : slotStart(next.getTime())
}

const longestHold = (samples: readonly Sample[]): number => Math.max(0, ...samples.map(sample => sample.holdMs))

/** Readings before and after a slot within which its edges are interpolated. */
const marginMs = 3_600_000

async function computeSlot(tx: Tx<Database>, site: Site, fromMs: number, samples: Sample[]): Promise<Slot | null> {
  const meters = await invertersOf(tx, site.siteId)
  const from = new Date(fromMs - marginMs)
  const series = await counterSeries(tx, site.siteId, from, new Date(fromMs + slotMs + marginMs))
  const counted = countedOf(meters, series, { fromMs, maxW: site.ratedW, holdMs: longestHold(samples) })
  const unexplained = site.hasGrid ? 'grid' : site.batteryUsableWh === null ? 'solar' : 'battery'
  const measured = (measure: Measure): boolean => meters.some(meter => meter.measures.includes(measure))
  return closeSlot({
    fromMs,
    samples,
    loadCounted: counted.load,
    producedCounted: counted.produced,
    baselineW: site.baselineW,
    metered: { battery: site.batteryUsableWh !== null && measured('battery'), grid: site.hasGrid && measured('grid') },
    unexplained,
  })
}

const closedEvent = (siteId: number, fromMs: number, slot: Slot) => ({
  siteId,
  from: new Date(fromMs).toISOString(),
  to: new Date(fromMs + slotMs).toISOString(),
  loadWh: whText(slot.loadMwh),
  baselineWh: whText(slot.baselineMwh),
  bySource: {
    solar: whText(slot.bySource.solar),
    battery: whText(slot.bySource.battery),
    grid: whText(slot.bySource.grid),
    generator: whText(slot.bySource.generator),
  },
  producedWh: whText(slot.producedMwh),
  toBatteryWh: whText(slot.flowsMwh.pvToBattery),
  toGridWh: whText(slot.flowsMwh.pvToGrid),
  quality: slot.quality,
})
