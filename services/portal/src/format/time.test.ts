import { describe, expect, it } from 'vitest'
import { cairoDate, formatDay, formatDistance, formatLastDay, formatMonth, formatSpan } from './time.ts'

const arabic = { language: 'ar', digits: 'latn' } as const
const english = { language: 'en', digits: 'latn' } as const
const now = new Date('2026-11-20T12:00:00Z')

describe('a time', () => {
  it('is told by the calendar of Cairo, wherever the reader is', () => {
    // 22:30 UTC on 31 October is already November in Cairo.
    expect(formatMonth('2026-10-31T22:30:00Z', english)).toBe('November 2026')
    expect(formatDay('2026-10-31T22:30:00Z', english)).toBe('1 November 2026')
    expect(formatDay('2026-10-31T22:30:00Z', arabic)).toBe('1 نوفمبر 2026')
  })

  it('that ends a span leaves its day out', () => {
    // The end of 15 December in Cairo, where it is 16 December already.
    expect(formatLastDay('2026-12-15T22:00:00Z', english)).toBe('15 December 2026')
    expect(formatLastDay('2026-12-15T22:00:00Z', arabic)).toBe('15 ديسمبر 2026')
    expect(formatLastDay('2026-12-15T22:00:00.001Z', english)).toBe('16 December 2026')
  })

  it('is near or far in the largest unit that fits', () => {
    expect(formatDistance('2026-11-20T11:57:00Z', now, english)).toBe('3 minutes ago')
    expect(formatDistance('2026-11-20T12:00:00Z', now, english)).toBe('now')
    expect(formatDistance('2026-11-18T12:00:00Z', now, arabic)).toBe('قبل يومين')
    expect(formatDistance('2026-11-20T15:00:00Z', now, english)).toBe('in 3 hours')
  })

  it('that is a day and a half away is no "yesterday", for it may have been the day before', () => {
    const wednesdayMorning = new Date('2026-11-18T07:00:00Z')
    expect(formatDistance('2026-11-16T21:00:00Z', wednesdayMorning, english)).toBe('1 day ago')
    expect(formatDistance('2026-11-16T21:00:00Z', wednesdayMorning, arabic)).toBe('قبل يوم واحد')
  })

  it('is long in hours and minutes', () => {
    expect(formatSpan(45 * 60, english)).toBe('45 mins')
    expect(formatSpan(3 * 3600, english)).toBe('3 hrs')
    expect(formatSpan(3 * 3600 + 20 * 60, english)).toBe('3 hrs 20 mins')
    expect(formatSpan(59.9 * 60, english)).toBe('1 hr')
  })

  it('has the date of Cairo, which begins before that of Greenwich', () => {
    expect(cairoDate(new Date('2026-11-19T21:59:00Z'))).toBe('2026-11-19')
    expect(cairoDate(new Date('2026-11-19T22:00:00Z'))).toBe('2026-11-20')
  })
})
