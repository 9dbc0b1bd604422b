import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { billingZone, dayOf, endOfDayAfter, knowsCairo, periodOf, startOfDay } from './period.ts'

const iso = (date: Date) => date.toISOString()
const own = process.env.TZ

describe.each(['Africa/Cairo', 'UTC', 'America/Los_Angeles'])('with the process in %s', zone => {
  beforeAll(() => {
    process.env.TZ = zone
  })
  afterAll(() => {
    if (own === undefined) delete process.env.TZ
    else process.env.TZ = own
  })

  it('Cairo’s summer time is known', () => {
    expect(knowsCairo()).toBe(true)
  })

  it('a day whose midnight does not exist begins at one o’clock', () => {
    expect(iso(startOfDay({ year: 2026, month: 4, day: 24 }))).toBe('2026-04-23T22:00:00.000Z')
    expect(iso(startOfDay({ year: 2026, month: 4, day: 25 }))).toBe('2026-04-24T21:00:00.000Z')
  })

  it('a day may have twenty-three or twenty-five hours', () => {
    const hours = (year: number, month: number, day: number) =>
      (+startOfDay({ year, month, day: day + 1 }) - +startOfDay({ year, month, day })) / 3_600_000
    expect(hours(2026, 4, 24)).toBe(23)
    expect(hours(2026, 10, 29)).toBe(25)
    expect(hours(2026, 11, 1)).toBe(24)
  })

  it.each([2024, 2030])('the twenty-fifth hour of 31 October %i still belongs to October', year => {
    const october = periodOf(new Date(Date.UTC(year, 9, 15)))
    expect(iso(october.to)).toBe(`${year}-10-31T22:00:00.000Z`)
    expect(periodOf(new Date(Date.UTC(year, 9, 31, 20, 30))).key).toBe(`${year}-10`)
    expect(periodOf(new Date(Date.UTC(year, 9, 31, 21, 30))).key).toBe(`${year}-10`)
    expect(periodOf(new Date(Date.UTC(year, 9, 31, 22, 0))).key).toBe(`${year}-11`)
    expect((+october.to - +october.from) / 3_600_000).toBe(745)
  })

  it('April loses an hour', () => {
    const april = periodOf(new Date('2026-04-10T00:00:00Z'))
    expect([iso(april.from), iso(april.to)]).toEqual(['2026-03-31T22:00:00.000Z', '2026-04-30T21:00:00.000Z'])
    expect((+april.to - +april.from) / 3_600_000).toBe(719)
  })

  it('an invoice may be paid until the end of its last day', () => {
    expect(iso(endOfDayAfter(new Date('2026-04-10T09:00:00Z'), 14))).toBe('2026-04-24T21:00:00.000Z')
    expect(iso(endOfDayAfter(new Date('2026-11-30T23:00:00Z'), 14))).toBe('2026-12-15T22:00:00.000Z')
  })

  it('months tile: every instant is in exactly one, and each begins where the last one ended', () => {
    const instants = fc.date({ min: new Date('2015-01-01'), max: new Date('2049-12-31'), noInvalidDate: true })
    fc.assert(
      fc.property(instants, at => {
        const period = periodOf(at)
        expect(period.from <= at && at < period.to).toBe(true)
        expect(periodOf(period.to).from).toEqual(period.to)
        expect(periodOf(new Date(+period.to - 1))).toEqual(period)
        expect(dayOf(period.from).day).toBe(1)
      }),
      { numRuns: 200 },
    )
  })
})

it('a month with an ordinary calendar begins at midnight', () => {
  expect(billingZone).toBe('Africa/Cairo')
  expect(iso(periodOf(new Date('2026-11-20T10:00:00Z')).from)).toBe('2026-10-31T22:00:00.000Z')
  expect(periodOf(new Date('2026-12-31T22:30:00Z')).key).toBe('2027-01')
})
