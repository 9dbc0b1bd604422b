import { describe, expect, it } from 'vitest'
import { ladder, levelRank, powerLevels, supplyClasses, treatmentAt } from '../src/ladder.ts'

describe('the ladder', () => {
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
