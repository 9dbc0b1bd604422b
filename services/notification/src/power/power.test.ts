import { type PowerLevel, powerLevels, supplyClasses, treatmentAt } from '@sahary/contracts/ladder'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { effectOn, effectsOf, isDescent, type Machine } from './power.ts'

const machine = (more: Partial<Machine> = {}): Machine => ({
  vmId: 1,
  accountId: 7,
  siteId: 1,
  name: 'web-1',
  supplyClass: 'solar_only',
  alive: true,
  shed: false,
  ...more,
})

describe('a step of the ladder', () => {
  it('caps solar VMs at watch, stops them at low and leaves the promised ones alone', () => {
    const all = supplyClasses.map((supplyClass, at) => machine({ vmId: at + 1, name: supplyClass, supplyClass }))
    expect(effectsOf(all, 'normal', 'watch')).toEqual([
      { accountId: 7, stops: [], caps: ['solar_only'], warns: [], restarts: [], lifts: [] },
    ])
    expect(effectsOf(all, 'watch', 'low')).toEqual([
      { accountId: 7, stops: ['solar_only'], caps: ['battery_backed'], warns: [], restarts: [], lifts: [] },
    ])
    expect(effectsOf(all, 'backup', 'critical')).toEqual([
      { accountId: 7, stops: ['battery_backed'], caps: [], warns: ['always_on'], restarts: [], lifts: [] },
    ])
    expect(effectsOf(all, 'low', 'backup')).toEqual([])
  })

  it('starts again what it had stopped, and only that', () => {
    expect(effectOn(machine({ alive: false, shed: true }), 'low', 'watch')).toBe('restarts')
    expect(effectOn(machine({ alive: false, shed: false }), 'low', 'watch')).toBeNull()
    expect(effectOn(machine({ alive: false, shed: true }), 'critical', 'backup')).toBeNull()
    expect(effectOn(machine(), 'watch', 'normal')).toBe('lifts')
  })

  it('says nothing about a VM that is off', () => {
    expect(effectOn(machine({ alive: false }), 'watch', 'low')).toBeNull()
  })

  it('speaks to each account of its own VMs alone', () => {
    const mine = machine()
    const theirs = machine({ vmId: 2, accountId: 8, name: 'db-1' })
    expect(effectsOf([theirs, mine], 'watch', 'low').map(({ accountId, stops }) => [accountId, stops])).toEqual([
      [7, ['web-1']],
      [8, ['db-1']],
    ])
  })

  it('never lets a VM be stopped unannounced, however the ladder is walked', () => {
    const walk = fc.array(fc.constantFrom(...powerLevels), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(walk, fc.constantFrom(...supplyClasses), (levels, supplyClass) => {
        let before: PowerLevel = 'normal'
        for (const level of levels) {
          const stopsNow =
            treatmentAt(level, supplyClass) === 'stopped' && treatmentAt(before, supplyClass) !== 'stopped'
          expect(effectOn(machine({ supplyClass }), before, level) === 'stops').toBe(stopsNow)
          if (!isDescent(before, level)) expect(effectOn(machine({ supplyClass }), before, level)).not.toBe('stops')
          before = level
        }
      }),
    )
  })
})
