/** Powers of a site at one instant in watts, canonical signs. */
export type Power = { pvW: number; loadW: number; batteryW: number; gridW: number; generatorW: number }

/** Where energy went, from → to. */
export const flowNames = [
  'pvToLoad',
  'batteryToLoad',
  'gridToLoad',
  'generatorToLoad',
  'pvToBattery',
  'gridToBattery',
  'generatorToBattery',
  'pvToGrid',
] as const
export type FlowName = (typeof flowNames)[number]
export type Flows = Record<FlowName, number>

export const noFlows = (): Flows => Object.fromEntries(flowNames.map(name => [name, 0])) as Flows

/**
 * Attributes the powers of one instant, sun first: PV serves the load, then charges, then feeds the grid; the battery
 * serves what is left of the load, then the generator, then the grid. (OpenEMS keeps the same ledger.) What no meter
 * explains of the load is shared by the sources in proportion, so that the flows into the load are the load.
 */
export function flowsOf(power: Power): Flows {
  const flows = noFlows()
  let pv = power.pvW
  let load = power.loadW
  let charge = Math.max(0, -power.batteryW)
  let grid = Math.max(0, power.gridW)
  let generator = power.generatorW
  const take = (wanted: number, available: number): number => Math.max(0, Math.min(wanted, available))

  flows.pvToLoad = take(load, pv)
  load -= flows.pvToLoad
  pv -= flows.pvToLoad
  flows.batteryToLoad = take(load, power.batteryW)
  load -= flows.batteryToLoad
  flows.generatorToLoad = take(load, generator)
  load -= flows.generatorToLoad
  generator -= flows.generatorToLoad
  flows.gridToLoad = take(load, grid)
  load -= flows.gridToLoad
  grid -= flows.gridToLoad

  flows.pvToBattery = take(charge, pv)
  charge -= flows.pvToBattery
  pv -= flows.pvToBattery
  flows.generatorToBattery = take(charge, generator)
  charge -= flows.generatorToBattery
  flows.gridToBattery = take(charge, grid)
  flows.pvToGrid = take(Math.max(0, -power.gridW), pv)
  return load > 0 ? explained(flows, load) : flows
}

const intoLoad = ['pvToLoad', 'batteryToLoad', 'generatorToLoad', 'gridToLoad'] as const

function explained(flows: Flows, missing: number): Flows {
  const known = intoLoad.reduce((sum, name) => sum + flows[name], 0)
  if (known <= 0) return flows
  const shared = intoLoad.map(name => [name, flows[name] + missing * (flows[name] / known)])
  return { ...flows, ...Object.fromEntries(shared) }
}
