import { describe, expect, it } from 'vitest'
import type { Observed, ObservedDevice } from '../live/observe.ts'
import { inputsOf, type PowerSite } from './inputs.ts'

const site: PowerSite = { ratedW: 5000, batteryUsableWh: 9000, batteryReservePercent: 10, noticeS: 900, ladder: {} }
const noon = new Date('2026-06-21T10:00:00Z')
const unknown = { pvW: null, loadW: null, batteryW: null, gridW: null, generatorW: null, chargePercent: null }
const meter = { measures: ['battery'], presence: { online: true } } as ObservedDevice
const seen = (live: Partial<Observed['live']>, devices: ObservedDevice[] = [meter]): Observed => ({
  live: { ...unknown, seenAt: noon, quality: 'measured', ...live },
  sunElevation: 60,
  devices,
  holdMs: 60_000,
})
const inputs = (live: Partial<Observed['live']>, from: Partial<PowerSite> = {}) =>
  inputsOf({ ...site, ...from }, seen(live), null, noon)

describe('what a battery gives', () => {
  it('is what its own meter says, whatever the others say', () => {
    expect(inputs({ batteryW: 300, loadW: 2000, pvW: 0 }).smoothed?.watts).toBe(300)
  })

  it('without a meter is what sun, grid and generator leave open of the load', () => {
    expect(inputs({ loadW: 2000, pvW: 500, gridW: 400, generatorW: 100 }).smoothed?.watts).toBe(1000)
  })

  it('is not less because the grid is fed', () => {
    expect(inputs({ loadW: 2000, pvW: 1500, gridW: -400 }).smoothed?.watts).toBe(500)
  })

  it('is unknown without load or sun, and what was known before stays', () => {
    const before = { watts: 700, at: new Date(noon.getTime() - 60_000) }
    const { inputs: said, smoothed } = inputsOf(site, seen({ loadW: 2000 }), before, noon)
    expect([smoothed, said.discharging]).toEqual([before, null])
  })

  it('is discharging from one per cent of the rated power on: meters hum around zero', () => {
    expect(inputs({ batteryW: 50 }).inputs.discharging).toBe(false)
    expect(inputs({ batteryW: 51 }).inputs.discharging).toBe(true)
  })
})

describe('a battery', () => {
  it('is silent when no device that measures it is online', () => {
    const gone = { ...meter, presence: { online: false } } as ObservedDevice
    const sunOnly = { ...meter, measures: ['pv'] } as ObservedDevice
    expect(inputsOf(site, seen({}, [gone, sunOnly]), null, noon).inputs.silent).toBe(true)
    expect(inputsOf(site, seen({}, [gone, meter]), null, noon).inputs.silent).toBe(false)
  })
})

describe('a site without a battery', () => {
  const none = { batteryUsableWh: null }

  it('goes by the surplus of sun over load, in per cent of the rated power', () => {
    const { inputs: said, rules } = inputs({ pvW: 1500, loadW: 1000 }, none)
    expect([said.chargePercent, said.runtimeMin, said.silent]).toEqual([10, null, false])
    expect(rules.rungs.map(rung => rung.level)).toEqual(['watch', 'low'])
  })

  it('is at nothing when the load is above the sun, and unknown when one of them is', () => {
    expect(inputs({ pvW: 100, loadW: 1000 }, none).inputs.chargePercent).toBe(0)
    expect(inputs({ pvW: 100 }, none).inputs.chargePercent).toBeNull()
  })
})
