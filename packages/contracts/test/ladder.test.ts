import { describe, expect, it } from 'vitest'
import { ladder, ladderTimers, levelRank, powerLevels, supplyClasses, treatmentAt } from '../src/ladder.ts'

describe('the ladder', () => {
  it('is what customers are promised: charge and runtime to enter, charge to leave, and what each class gets', () => {
    const rows = ladder.map(({ level, enterCharge, enterRuntimeMin, leaveCharge, treatment }) => [
      ...[level, enterCharge, enterRuntimeMin, leaveCharge],
      ...[treatment.solar_only, treatment.battery_backed, treatment.always_on],
    ])
    expect(rows).toEqual([
      ['watch', 50, 360, 53, 'capped', 'runs', 'runs'],
      ['low', 30, 90, 33, 'stopped', 'capped', 'runs'],
      ['backup', 25, 45, 30, 'stopped', 'capped', 'runs'],
      ['critical', 20, 15, 25, 'stopped', 'stopped', 'warned'],
      ['safe_stop', 10, null, 30, 'stopped', 'stopped', 'stopped'],
    ])
    expect(ladderTimers).toMatchObject({ enterHoldS: 60, returnHoldS: 600, backupStableS: 900, noticeS: 900 })
  })

  it('has one rung for each level below normal, in order', () => {
    expect(ladder.map(rung => rung.level)).toEqual(powerLevels.slice(1))
    expect(levelRank('normal')).toBe(0)
    expect(levelRank('safe_stop')).toBe(5)
  })

  it('is left only above where it is entered', () => {
    for (const rung of ladder) expect(rung.leaveCharge).toBeGreaterThan(rung.enterCharge)
  })

  it('never treats a class better on a lower rung, nor a weaker promise better than a stronger one', () => {
    const hardship = ['runs', 'warned', 'capped', 'stopped']
    for (const [index, rung] of ladder.entries()) {
      const hardships = supplyClasses.map(name => hardship.indexOf(rung.treatment[name]))
      expect(hardships).toEqual([...hardships].sort((a, b) => b - a))
      for (const name of supplyClasses) {
        const above = ladder[index - 1]?.treatment[name] ?? 'runs'
        expect(hardship.indexOf(rung.treatment[name])).toBeGreaterThanOrEqual(hardship.indexOf(above))
      }
    }
  })

  it('lets everything run when power is normal', () => {
    for (const name of supplyClasses) expect(treatmentAt('normal', name)).toBe('runs')
  })
})
