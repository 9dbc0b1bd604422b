import { ladderTimers, powerLevels, supplyClasses, treatmentAt } from '@sahary/contracts/ladder'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LevelChange, mayStart, planShed, type Shedable } from './shed.ts'

const now = new Date('2026-11-20T10:00:00Z')
const minutes = (count: number) => new Date(now.getTime() + count * 60_000)
const maybe = (...dates: Date[]) => fc.constantFrom(null, ...dates)
const vms = fc
  .array(
    fc.record({
      supplyClass: fc.constantFrom(...supplyClasses),
      wish: fc.constantFrom('running' as const, 'off' as const),
      held: fc.boolean(),
      capped: fc.boolean(),
      stopAt: maybe(minutes(5), minutes(20)),
      resumeAt: maybe(minutes(0), minutes(1)),
    }),
    { maxLength: 12 },
  )
  .map(list => list.map((vm, index): Shedable => ({ ...vm, id: index + 1 })))
const change = fc.record({
  level: fc.constantFrom(...powerLevels),
  noticeEndsAt: maybe(minutes(15)),
  now: fc.constant(now),
})

const applied = (list: readonly Shedable[], by: LevelChange): Shedable[] =>
  list.map(vm => ({ ...vm, ...planShed(by, list).find(plan => plan.id === vm.id) }))

describe('a change of level', () => {
  it('applied twice is applied once', () => {
    fc.assert(
      fc.property(vms, change, (list, by) => {
        const once = applied(list, by)
        expect(applied(once, by)).toEqual(once)
      }),
    )
  })

  it('never stops what its level lets run, and stops in the end what it does not', () => {
    fc.assert(
      fc.property(vms, change, (list, by) => {
        for (const vm of applied(list, by)) {
          const stops = treatmentAt(by.level, vm.supplyClass) === 'stopped'
          expect(mayStart(by.level, vm.supplyClass)).toBe(!stops)
          if (stops) expect(vm.held || vm.stopAt !== null).toBe(true)
          else expect(vm.stopAt).toBeNull()
          if (stops) expect(vm.resumeAt).toBeNull()
        }
      }),
    )
  })

  it('queues those that come back by promise, then by age, spaced', () => {
    const held = supplyClasses.flatMap((supplyClass, index): Shedable[] =>
      [1, 2].map(half => ({
        id: index * 2 + half,
        supplyClass,
        wish: 'running',
        held: true,
        capped: false,
        stopAt: null,
        resumeAt: null,
      })),
    )
    const plans = planShed({ level: 'normal', noticeEndsAt: null, now }, held)
    expect(plans.map(plan => plan.id)).toEqual([5, 6, 3, 4, 1, 2])
    expect(plans.map(plan => (plan.resumeAt!.getTime() - now.getTime()) / 1000)).toEqual(
      [0, 1, 2, 3, 4, 5].map(turn => turn * ladderTimers.restartSpacingS),
    )
  })

  it('stops all in the opposite order at the safe stop, spaced, the strongest promise last', () => {
    const up = supplyClasses.flatMap((supplyClass, index): Shedable[] =>
      [1, 2].map(half => ({
        id: index * 2 + half,
        supplyClass,
        wish: 'running',
        held: false,
        capped: false,
        stopAt: null,
        resumeAt: null,
      })),
    )
    const plans = planShed({ level: 'safe_stop', noticeEndsAt: null, now }, up)
    expect(plans.map(plan => plan.id)).toEqual([2, 1, 4, 3, 6, 5])
    expect(plans[0]).toMatchObject({ held: true, stopAt: null })
    expect(plans.slice(1).map(plan => (plan.stopAt!.getTime() - now.getTime()) / 1000)).toEqual(
      [1, 2, 3, 4, 5].map(turn => turn * ladderTimers.stopSpacingS),
    )
  })

  it('keeps the earlier of two notices, and none at critical', () => {
    const vm: Shedable = {
      id: 1,
      supplyClass: 'solar_only',
      wish: 'running',
      held: false,
      capped: false,
      stopAt: minutes(5),
      resumeAt: null,
    }
    expect(planShed({ level: 'backup', noticeEndsAt: minutes(15), now }, [vm])).toMatchObject([
      { held: false, stopAt: minutes(5) },
    ])
    expect(planShed({ level: 'backup', noticeEndsAt: null, now }, [vm])).toMatchObject([
      { held: false, stopAt: minutes(5) },
    ])
    expect(planShed({ level: 'critical', noticeEndsAt: null, now }, [vm])).toMatchObject([{ held: true, stopAt: null }])
    expect(planShed({ level: 'low', noticeEndsAt: now, now }, [{ ...vm, stopAt: null }])).toMatchObject([
      { held: true },
    ])
  })

  it('lets go at once of what its owner has stopped', () => {
    const vm: Shedable = {
      id: 1,
      supplyClass: 'solar_only',
      wish: 'off',
      held: true,
      capped: false,
      stopAt: null,
      resumeAt: null,
    }
    expect(planShed({ level: 'normal', noticeEndsAt: null, now }, [vm])).toMatchObject([
      { held: false, resumeAt: null },
    ])
  })
})
