import type { SiteEnergy } from '../api/energy.ts'

export type FlowNode = 'solar' | 'battery' | 'grid' | 'generator' | 'load'
/** What a node does, as a word: `in` flows into the site's load or store of it, `out` leaves. */
export type Direction =
  | 'producing'
  | 'charging'
  | 'discharging'
  | 'importing'
  | 'exporting'
  | 'using'
  | 'idle'
  | 'unknown'
export type Flow = { node: FlowNode; watts: number | null; direction: Direction }

// Below this, a figure is the noise of a sensor and not a flow.
const noiseW = 5

const signed = (watts: number | null, positive: Direction, negative: Direction): Direction => {
  if (watts === null) return 'unknown'
  if (Math.abs(watts) < noiseW) return 'idle'
  return watts > 0 ? positive : negative
}

/** The flows of a site as people speak of them: sizes without signs, and a word for the way they go. */
export function flowsOf(site: SiteEnergy): Flow[] {
  const size = (watts: number | null) => (watts === null ? null : Math.abs(watts))
  const flows: Flow[] = [
    { node: 'solar', watts: size(site.pvW), direction: signed(site.pvW, 'producing', 'idle') },
    { node: 'battery', watts: size(site.batteryW), direction: signed(site.batteryW, 'discharging', 'charging') },
    { node: 'load', watts: size(site.loadW), direction: signed(site.loadW, 'using', 'idle') },
  ]
  // A site whose devices all speak and never of a grid has none.
  if (site.gridW !== null || site.quality !== 'measured')
    flows.push({ node: 'grid', watts: size(site.gridW), direction: signed(site.gridW, 'importing', 'exporting') })
  if (site.generatorW !== null && Math.abs(site.generatorW) >= noiseW)
    flows.push({ node: 'generator', watts: size(site.generatorW), direction: 'producing' })
  return flows
}

/** Seconds since a site was last read, now: an answer's own age stands still while the answer is shown. */
export const ageOf = ({ at, age }: Pick<SiteEnergy, 'at' | 'age'>, now: Date): number | null =>
  age === null ? null : age + Math.max(0, (now.getTime() - Date.parse(at)) / 1000)

/** Where the battery stands, in words that a colour may follow. */
export const chargeMood = (percent: number | null): 'good' | 'warn' | 'bad' | 'none' =>
  percent === null ? 'none' : percent > 50 ? 'good' : percent > 30 ? 'warn' : 'bad'
