import { describe, expect, it } from 'vitest'
import { isDomain, judge, limits, type Measured, percent, tableOf } from './limits.ts'

/** A source with so many executed lines, and after them so many that no test reached. */
const source = (path: string, executed: number, missed: number): Measured => ({
  path,
  lines: Object.fromEntries(Array.from({ length: executed + missed }, (_, i) => [i + 1, i < executed ? 3 : 0])),
})
const ninety = [{ name: 'billing', least: 90, covers: (path: string) => path.startsWith('services/billing/') }]
const billing = (executed: number, missed: number) => [source('services/billing/src/app.ts', executed, missed)]

describe('a limit', () => {
  it('is met at its very figure, and missed by one line', () => {
    expect(judge(billing(90, 10), ninety)[0]!.met).toBe(true)
    expect(judge(billing(89, 11), ninety)[0]!.met).toBe(false)
  })

  it('is not met by rounding', () => {
    expect(judge(billing(89_999, 10_001), ninety)[0]!.met).toBe(false)
    expect(percent(89_999, 100_000)).toBe('89.9')
  })

  it('over nothing is missed: nobody measured', () => {
    expect(judge([], ninety)[0]!.met).toBe(false)
    expect(judge([source('services/solar/src/app.ts', 10, 0)], ninety)[0]!.met).toBe(false)
  })

  it('counts a source that no test loads', () => {
    const measured = [...billing(90, 0), source('services/billing/src/price/price.ts', 0, 90)]
    expect(judge(measured, ninety)[0]).toMatchObject({ covered: 90, total: 180, met: false })
  })
})

describe('a limit on each file', () => {
  const each = [{ name: 'domain files', least: 95, each: true as const, covers: isDomain }]

  it('is missed by one file among many that are executed whole', () => {
    const whole = source('services/solar/src/slot/slot.ts', 1000, 0)
    const verdictOf = (missed: number) =>
      judge([whole, source('services/solar/src/site/site.ts', 100 - missed, missed)], each)[0]!
    expect(verdictOf(5).met).toBe(true)
    expect(verdictOf(6)).toMatchObject({ met: false, short: [{ path: 'services/solar/src/site/site.ts' }] })
  })

  it('asks nothing of a file without lines', () => {
    const types = source('services/solar/src/slot/flow.ts', 0, 0)
    expect(judge([types, source('services/solar/src/slot/slot.ts', 20, 0)], each)[0]!.met).toBe(true)
    expect(judge([types], each)[0]!.met).toBe(false)
  })
})

describe('the limits', () => {
  it('are 95 for domain files, 90 for each service and 80 for the portal', () => {
    expect(Object.fromEntries(limits.map(({ name, least }) => [name, least]))).toEqual({
      'domain files': 95,
      gateway: 90,
      identity: 90,
      compute: 90,
      metering: 90,
      billing: 90,
      solar: 90,
      repairs: 90,
      notification: 90,
      portal: 80,
    })
  })

  it.each(limits)('of $name can be missed', ({ name, least }) => {
    const path = name === 'domain files' ? 'services/solar/src/slot/slot.ts' : `services/${name}/src/page/routes.ts`
    const verdictOf = (executed: number) =>
      judge([source(path, executed, 100 - executed)]).find(verdict => verdict.name === name)!.met
    expect([verdictOf(least), verdictOf(least - 1)]).toEqual([true, false])
  })

  it.each([
    ['services/billing/src/rating/rating.ts', true],
    ['services/solar/src/format/victron.ts', true],
    ['services/billing/src/rating/store.ts', false],
    ['services/billing/src/invoice/actions.ts', false],
    ['services/billing/src/app.ts', false],
    ['services/portal/src/format/money.ts', false],
    ['packages/db/src/lock.ts', false],
  ])('take %s for a domain file: %s', (path, is) => {
    expect(isDomain(path)).toBe(is)
  })
})

it('the table names a missed limit, its worst sources and their lines', () => {
  const measured = [...billing(8, 2), source('services/billing/src/price/price.ts', 0, 3)]
  expect(tableOf(judge(measured, ninety)).split('\n')).toEqual([
    'billing        61.5 % of    13 lines, at least 90 %  MISSED',
    '    services/billing/src/price/price.ts: 1 2 3',
    '    services/billing/src/app.ts: 9 10',
  ])
})
