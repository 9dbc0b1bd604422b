import { ladder, levelRank, type PowerLevel } from '@sahary/contracts/ladder'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rulesOf, rungFault, surplusRulesOf } from './rules.ts'
import { runtimeMin, smooth } from './runtime.ts'
import { type Change, type PowerInputs, type PowerState, startState, step } from './step.ts'

const start = new Date('2026-06-21T18:00:00Z')
const rules = rulesOf({}, 900)
const at = (seconds: number): Date => new Date(start.getTime() + seconds * 1000)
const told = (chargePercent: number | null, more: Partial<PowerInputs> = {}): PowerInputs => ({
  chargePercent,
  runtimeMin: null,
  discharging: true,
  silent: false,
  ...more,
})

/** Plays inputs at a steady pace and gives every change. */
function play(inputs: PowerInputs[], everyS = 10, state = startState(start)): { changes: Change[]; state: PowerState } {
  const changes: Change[] = []
  for (const [index, one] of inputs.entries()) {
    const next = step(state, one, at(index * everyS), rules)
    state = next.state
    if (next.change) changes.push(next.change)
  }
  return { changes, state }
}
const hold = (inputs: PowerInputs, seconds: number, everyS = 10): PowerInputs[] =>
  Array.from({ length: seconds / everyS + 1 }, () => inputs)
const on = (level: PowerLevel, more: Partial<PowerState> = {}): PowerState => ({ ...startState(start), level, ...more })

test('a charge of 28 % walks to low one level at a time, each entry held sixty seconds', () => {
  const { changes } = play(hold(told(28), 200))
  expect(changes.map(one => [one.to, (one.at.getTime() - start.getTime()) / 1000])).toEqual([
    ['watch', 60],
    ['low', 130],
  ])
  expect(changes[1]).toMatchObject({ from: 'watch', cause: 'charge', chargePercent: 28, noticeEndsAt: at(130 + 900) })
  expect(changes[0]!.noticeEndsAt).toBeNull()
})

test('59 seconds of an empty battery are forgiven', () => {
  const { changes } = play([...hold(told(5), 50), told(80), ...hold(told(5), 50)])
  expect(changes).toEqual([])
})

test('a notice that runs goes on through the backup rung and is waived at critical', () => {
  const { changes } = play(hold(told(12), 400))
  const byLevel = Object.fromEntries(changes.map(one => [one.to, one.noticeEndsAt]))
  expect(byLevel.backup).toEqual(byLevel.low)
  expect(byLevel.critical).toBeNull()
})

test('a short runtime sheds like a low charge', () => {
  const { changes } = play(hold(told(80, { runtimeMin: 80 }), 200))
  expect(changes.map(one => [one.to, one.cause])).toEqual([
    ['watch', 'runtime'],
    ['low', 'runtime'],
  ])
})

test('a rung is left after ten minutes above its upper threshold, and returns run one by one', () => {
  const { changes } = play(hold(told(60, { discharging: false }), 1300), 10, on('low'))
  expect(changes.map(one => [one.to, one.cause, (one.at.getTime() - start.getTime()) / 1000])).toEqual([
    ['watch', 'recovery', 600],
    ['normal', 'recovery', 1210],
  ])
})

test('between its thresholds a rung is neither left nor entered deeper', () => {
  expect(play(hold(told(31, { discharging: false }), 4000, 60), 60, on('low')).changes).toEqual([])
})

test('the backup rung is left only after fifteen quiet minutes of the source', () => {
  const giving = play(hold(told(40, { discharging: true }), 3000, 60), 60, on('backup'))
  expect(giving.changes).toEqual([])
  const quiet = play(hold(told(31, { discharging: false }), 3000, 60), 60, on('backup'))
  expect(quiet.changes.map(one => (one.at.getTime() - start.getTime()) / 1000)).toEqual([1500])
})

test('silence while discharging walks down to the safe stop; silence in the sun moves nothing', () => {
  const silent = told(null, { silent: true, discharging: null })
  const dark = play(hold(silent, 600), 10, on('normal', { discharging: true }))
  expect(dark.changes.map(one => one.to)).toEqual(['watch', 'low', 'backup', 'critical', 'safe_stop'])
  expect(dark.changes.every(one => one.cause === 'silence')).toBe(true)
  expect(play(hold(silent, 600), 10, on('normal', { discharging: false })).changes).toEqual([])
  expect(play(hold(silent, 6000, 60), 60, on('low', { discharging: false })).changes).toEqual([])
})

test('the safe stop is left at 30 %, not before', () => {
  expect(play(hold(told(29, { discharging: false }), 3000, 60), 60, on('safe_stop')).changes).toEqual([])
  const [first] = play(hold(told(30, { discharging: false }), 660, 60), 60, on('safe_stop')).changes
  expect(first).toMatchObject({ from: 'safe_stop', to: 'critical', cause: 'recovery', noticeEndsAt: null })
})

test("an operator's word is followed at once, one level at a time, and ends with its time", () => {
  const override = { level: 'low' as const, until: at(300) }
  const { changes } = play(hold(told(90, { discharging: false }), 1000), 10, on('normal', { override }))
  expect(changes.map(one => [one.to, one.cause])).toEqual([
    ['watch', 'operator'],
    ['low', 'operator'],
    ['watch', 'recovery'],
  ])
  expect(changes[2]!.at).toEqual(at(900))
})

test('a site without a battery sheds only what depends on the sun, by surplus', () => {
  const surplus = surplusRulesOf({}, 900)
  let state = startState(start)
  const seen: string[] = []
  for (let second = 0; second <= 600; second += 10) {
    const next = step(state, told(0, { discharging: null }), at(second), surplus)
    state = next.state
    if (next.change) seen.push(next.change.to)
  }
  expect(seen).toEqual(['watch', 'low'])
})

test('a level that a site without a battery does not have is the rung above it, ordered or left over', () => {
  const surplus = surplusRulesOf({}, 900)
  const turn = (level: PowerLevel, seconds: number, more: Partial<PowerState> = {}) =>
    step(on(level, more), told(100, { discharging: null }), at(seconds), surplus).change?.to
  for (const level of ['backup', 'critical', 'safe_stop'] as const) {
    const override = { level, until: at(3600) }
    expect(turn('watch', 10, { override })).toBe('low')
    expect(turn('low', 10, { override })).toBeUndefined()
    expect(turn(level, 599, { raisingSince: start })).toBeUndefined()
    expect(turn(level, 600, { raisingSince: start })).toBe('low')
  }
})

test('a site without a battery has its own numbers for its surplus, and impossible ones are named', () => {
  const own = surplusRulesOf({ surplus: { watch: { enterSurplus: 30, leaveSurplus: 40 } } }, 900)
  expect(own.rungs).toMatchObject([
    { level: 'watch', enterCharge: 30, leaveCharge: 40, enterRuntimeMin: null },
    { level: 'low', enterCharge: 0, leaveCharge: 5, enterRuntimeMin: null },
  ])
  expect(step(startState(start), told(25, { discharging: null }), start, own).state).not.toEqual(startState(start))
  expect(rungFault({ surplus: { watch: { leaveSurplus: 5 } } })).toMatchObject({
    path: 'ladder.surplus.watch.leaveSurplus',
    minimum: 6,
  })
  expect(rungFault({ surplus: { low: { enterSurplus: 5, leaveSurplus: 9 } } })).toMatchObject({
    path: 'ladder.surplus.low.enterSurplus',
    maximum: 4,
  })
})

test("a site's own numbers replace the ladder's, and impossible ones are named", () => {
  const own = rulesOf({ rungs: { low: { enterCharge: 40, leaveCharge: 45 } }, timers: { enterHoldS: 5 } }, 60)
  expect(own.rungs.find(rung => rung.level === 'low')).toMatchObject({
    enterCharge: 40,
    enterRuntimeMin: 90,
    leaveCharge: 45,
  })
  expect(own.timers).toEqual({ enterHoldS: 5, returnHoldS: 600, backupStableS: 900, noticeS: 60 })
  expect(rungFault({})).toBeUndefined()
  expect(rungFault({ rungs: { low: { leaveCharge: 30 } } })?.path).toBe('ladder.rungs.low.leaveCharge')
  expect(rungFault({ rungs: { low: { enterCharge: 60, leaveCharge: 70 } } })?.path).toBe('ladder.rungs.low.enterCharge')
})

const anyInput: fc.Arbitrary<PowerInputs> = fc.record({
  chargePercent: fc.option(fc.double({ min: 0, max: 100, noNaN: true })),
  runtimeMin: fc.option(fc.double({ min: 0, max: 1000, noNaN: true })),
  discharging: fc.option(fc.boolean()),
  silent: fc.boolean(),
})
const anyLevel = fc.constantFrom<PowerLevel>('normal', ...ladder.map(rung => rung.level))

test('no step ever moves two levels, whatever it is told and however long it was away', () => {
  fc.assert(
    fc.property(
      anyLevel,
      fc.array(fc.tuple(anyInput, fc.integer({ min: 0, max: 1e6 })), { maxLength: 80 }),
      (level, turns) => {
        let state = on(level)
        let second = 0
        for (const [inputs, pause] of turns) {
          second += pause
          const next = step(state, inputs, at(second), rules)
          expect(Math.abs(levelRank(next.state.level) - levelRank(state.level))).toBeLessThanOrEqual(1)
          expect(next.change !== null).toBe(next.state.level !== state.level)
          state = next.state
        }
      },
    ),
  )
})

test('no return comes sooner than its hold after the step before it, and no entry either', () => {
  fc.assert(
    fc.property(
      anyLevel,
      fc.array(fc.tuple(anyInput, fc.integer({ min: 1, max: 900 })), { maxLength: 120 }),
      (level, turns) => {
        let state = on(level)
        let second = 0
        let last = 0
        for (const [inputs, pause] of turns) {
          second += pause
          const next = step(state, inputs, at(second), rules)
          if (next.change) {
            const up = levelRank(next.change.to) < levelRank(next.change.from)
            expect(second - last).toBeGreaterThanOrEqual(up ? 600 : 60)
            last = second
          }
          state = next.state
        }
      },
    ),
  )
})

test('noise inside the band between two thresholds never moves a site', () => {
  for (const rung of ladder) {
    const next = ladder[levelRank(rung.level)]
    const low = Math.max((next?.enterCharge ?? 0) + 0.01, 0)
    const noise = fc.double({ min: low, max: rung.leaveCharge - 0.01, noNaN: true })
    fc.assert(
      fc.property(fc.array(noise, { minLength: 5, maxLength: 60 }), charges => {
        const { changes } = play(
          charges.map(charge => told(charge, { discharging: false })),
          120,
          on(rung.level),
        )
        expect(changes).toEqual([])
      }),
      { numRuns: 30 },
    )
  }
})

test('smoothing follows a step within its time constant, at any pace of samples', () => {
  const once = smooth({ watts: 0, at: start }, 1000, at(300)).watts
  let many = { watts: 0, at: start }
  for (let second = 1; second <= 300; second += 1) many = smooth(many, 1000, at(second))
  expect(once).toBeCloseTo(632.12, 1)
  expect(many.watts).toBeCloseTo(632.12, 0)
  expect(smooth(null, 500, start).watts).toBe(500)
})

test('runtime is what is above the reserve over the draw, and unknown where nothing is drawn', () => {
  const battery = { usableWh: 10_000, reservePercent: 10 }
  expect(runtimeMin(battery, 50, 1000)).toBe(228)
  expect(runtimeMin(battery, 5, 1000)).toBe(0)
  expect(runtimeMin(battery, 50, 0)).toBeNull()
  expect(runtimeMin(battery, null, 1000)).toBeNull()
  expect(runtimeMin(battery, 100, 1)).toBeNull()
})
