import { describe, expect, it } from 'vitest'
import type { SiteEnergy } from '../api/energy.ts'
import { ageOf, chargeMood, flowsOf } from './energy-flow.ts'

const site: SiteEnergy = {
  siteId: 1,
  name: 'Oasis',
  timezone: 'Africa/Cairo',
  at: '2026-06-01T09:00:00Z',
  pvW: 4200,
  loadW: 2900,
  batteryW: -1300,
  gridW: 0,
  generatorW: null,
  chargePercent: 64,
  level: 'normal',
  levelSince: '2026-06-01T05:00:00Z',
  noticeEndsAt: null,
  age: 4,
  quality: 'measured',
  sunElevation: 50,
  running: { vms: 2, vcpus: 3 },
}
const directions = (changes: Partial<SiteEnergy>) =>
  Object.fromEntries(flowsOf({ ...site, ...changes }).map(({ node, direction }) => [node, direction]))

describe('the flows of a site', () => {
  it('are sizes without signs and words for the way they go', () => {
    expect(flowsOf(site).find(flow => flow.node === 'battery')).toEqual({
      node: 'battery',
      watts: 1300,
      direction: 'charging',
    })
    expect(directions({ batteryW: 800 }).battery).toBe('discharging')
    expect(directions({ gridW: -50 }).grid).toBe('exporting')
    expect(directions({ gridW: 50 }).grid).toBe('importing')
  })

  it('say that something is not known instead of showing zero', () => {
    expect(flowsOf({ ...site, pvW: null })[0]).toEqual({ node: 'solar', watts: null, direction: 'unknown' })
  })

  it('take the noise of a sensor for stillness, so that nothing flows at night', () => {
    expect(directions({ pvW: 2 }).solar).toBe('idle')
  })

  it('show no grid where none is measured, unless a device that may know is silent', () => {
    expect(directions({ gridW: null }).grid).toBeUndefined()
    expect(directions({ gridW: null, quality: 'partial' }).grid).toBe('unknown')
  })

  it('show a generator only while it runs', () => {
    expect(directions({}).generator).toBeUndefined()
    expect(directions({ generatorW: 900 }).generator).toBe('producing')
  })
})

it('a battery is good above half, worth a look above thirty, and bad below', () => {
  expect([80, 50, 31, 30, null].map(chargeMood)).toEqual(['good', 'warn', 'warn', 'bad', 'none'])
})

it('a reading grows older while its answer is shown, and is never younger than it came', () => {
  const after = (seconds: number) => ageOf(site, new Date(Date.parse(site.at) + seconds * 1000))
  expect([after(0), after(56), after(-3)]).toEqual([4, 60, 4])
  expect(ageOf({ ...site, age: null }, new Date(site.at))).toBeNull()
})
