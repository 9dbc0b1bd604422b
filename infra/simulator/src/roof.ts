import { haurwitz } from '@sahary/sun/clearsky'
import { acPower, cellTemperature, dcPower, defaultLosses, planeIrradiance } from '@sahary/sun/panel'
import { sunPosition } from '@sahary/sun/position'
import { throughClouds } from './clouds.ts'
import type { DeviceScenario, Scenario } from './scenario.ts'

/** Energy counters of one device since it was installed, in Wh; `todayWh` starts again at local solar midnight. */
export type Meter = { totalWh: number; todayWh: number; day: number }

/** A roof at one instant. Canonical signs: battery + is discharging, grid + is import. */
export type Roof = {
  at: Date
  pvW: readonly number[]
  loadW: number
  batteryW: number
  gridW: number
  chargePercent: number
  /** By device, in the scenario's order. */
  produced: readonly Meter[]
  usedWh: number
}

/** Values that a test holds instead of the weather's and the battery's own. */
export type Override = { pvW?: number; loadW?: number; chargePercent?: number; gridAvailable?: boolean }

const localDay = (at: Date, lon: number): number => Math.floor((at.getTime() / 3_600_000 + lon / 15) / 24)
const localHour = (at: Date, lon: number): number =>
  Math.floor((((at.getTime() / 3_600_000 + lon / 15) % 24) + 24) % 24)

/** Alternating-current watts that one device's panels give at `at`. */
export function productionW(device: DeviceScenario, scenario: Scenario, at: Date): number {
  const sun = sunPosition(at, scenario.place)
  const global = haurwitz(sun.elevationDeg) * throughClouds(at, scenario.cloudiness)
  const dc = device.planes.reduce((sum, plane) => {
    const light = planeIrradiance(global, sun, plane)
    return sum + dcPower(light, cellTemperature(light, scenario.airC), plane.peakW) * (1 - defaultLosses)
  }, 0)
  return acPower(dc, device.ratedW / 0.96)
}

/** The roof before its first step. */
export const firstRoof = (scenario: Scenario, at: Date): Roof => ({
  at,
  pvW: scenario.devices.map(() => 0),
  loadW: 0,
  batteryW: 0,
  gridW: 0,
  chargePercent: scenario.battery.chargePercent,
  produced: scenario.devices.map(() => ({ totalWh: 0, todayWh: 0, day: localDay(at, scenario.place.lon) })),
  usedWh: 0,
})

/** The longest stretch over which the weather counts as one, and the longest absence that is lived through. */
const stretchMs = 60_000
const longestMs = 48 * 3_600_000

/**
 * The roof at `at` after all the minutes since its last step: under a clock that runs fast a turn is a long time. What
 * lies more than two days back (the clock was set forward) is not lived through.
 */
export function walk(roof: Roof, scenario: Scenario, inputs: { at: Date; vcpus: number; override: Override }): Roof {
  const end = inputs.at.getTime()
  let now = { ...roof, at: new Date(Math.max(roof.at.getTime(), end - longestMs)) }
  while (end - now.at.getTime() > stretchMs) {
    now = step(now, scenario, { ...inputs, at: new Date(now.at.getTime() + stretchMs) })
  }
  return step(now, scenario, inputs)
}

/**
 * The roof at `at`, with `vcpus` virtual processors running since the last step. Load, PV, battery and grid balance:
 * what the sun does not cover comes from the battery down to its reserve, then from the grid; a surplus goes the other way.
 */
export function step(roof: Roof, scenario: Scenario, inputs: { at: Date; vcpus: number; override: Override }): Roof {
  const { at, vcpus, override } = inputs
  const hours = Math.max(0, at.getTime() - roof.at.getTime()) / 3_600_000
  const pvW = pvOf(scenario, at, override)
  const { load, place } = scenario
  const swing = load.swingW * (load.byHour[localHour(at, place.lon)] ?? 0)
  const wantedW = override.loadW ?? load.baseW + swing + vcpus * load.perVcpuW
  const missingW = wantedW - pvW.reduce((sum, watts) => sum + watts, 0)
  const charge = override.chargePercent ?? roof.chargePercent
  const gridAvailable = override.gridAvailable ?? scenario.grid.available
  const batteryW = batteryFlow(missingW, charge, scenario, { hours, gridAvailable })
  const gridW = gridFlow(missingW - batteryW, scenario, gridAvailable)
  const surplusW = missingW - batteryW - gridW
  const spilled = surplusW < 0 ? curtailed(pvW, -surplusW) : pvW
  // Nobody left to give: the load gets what there is.
  const loadW = wantedW - Math.max(0, surplusW)
  return {
    at,
    pvW: spilled,
    loadW,
    batteryW,
    gridW,
    chargePercent: override.chargePercent ?? chargeAfter(charge, batteryW, hours, scenario),
    produced: roof.produced.map((meter, index) =>
      counted(meter, (spilled[index] ?? 0) * hours, localDay(at, place.lon)),
    ),
    usedWh: roof.usedWh + loadW * hours,
  }
}

function pvOf(scenario: Scenario, at: Date, override: Override): number[] {
  if (override.pvW === undefined) return scenario.devices.map(device => productionW(device, scenario, at))
  const rated = scenario.devices.map(device => (device.planes.length > 0 ? device.ratedW : 0))
  const all = rated.reduce((sum, watts) => sum + watts, 0) || 1
  return rated.map(watts => (override.pvW! * watts) / all)
}

/** Discharging for what is missing while there is charge above the reserve; charging with what is left over. */
function batteryFlow(
  missingW: number,
  charge: number,
  { battery }: Scenario,
  now: { hours: number; gridAvailable: boolean },
): number {
  if (missingW < 0) {
    const roomWh = (battery.capacityWh * (100 - charge)) / 100 / battery.efficiency
    const mostW = now.hours > 0 ? roomWh / now.hours : battery.maxChargeW
    return -Math.min(-missingW, battery.maxChargeW, mostW)
  }
  const floor = now.gridAvailable ? battery.reservePercent : 0
  return charge > floor ? Math.min(missingW, battery.maxDischargeW) : 0
}

function gridFlow(missingW: number, { grid }: Scenario, available: boolean): number {
  if (!available) return 0
  return missingW > 0 || grid.mayExport ? missingW : 0
}

const curtailed = (pvW: readonly number[], spillW: number): number[] => {
  const all = pvW.reduce((sum, watts) => sum + watts, 0)
  return pvW.map(watts => (all > 0 ? Math.max(0, watts - (spillW * watts) / all) : 0))
}

function chargeAfter(charge: number, batteryW: number, hours: number, { battery }: Scenario): number {
  const wh = batteryW > 0 ? -batteryW * hours : -batteryW * hours * battery.efficiency
  return Math.min(100, Math.max(0, charge + (wh / battery.capacityWh) * 100))
}

const counted = (meter: Meter, wh: number, day: number): Meter => ({
  totalWh: meter.totalWh + wh,
  todayWh: day === meter.day ? meter.todayWh + wh : wh,
  day,
})
