import { type Style, tagOf, withoutMarks } from './number.ts'

const cairo = 'Africa/Cairo'

/** A day: `20 نوفمبر 2026` or `20 November 2026`, as Cairo's calendar has it. */
export const formatDay = (instant: string, style: Style): string =>
  withoutMarks(new Intl.DateTimeFormat(tagOf(style), { dateStyle: 'long', timeZone: cairo }).format(new Date(instant)))

/** The last day of a span of time that ends at `end`, which itself belongs to the span no more: until when to pay. */
export const formatLastDay = (end: string, style: Style): string =>
  formatDay(new Date(Date.parse(end) - 1).toISOString(), style)

/** Day and time, short. */
export const formatMoment = (instant: string, style: Style): string =>
  withoutMarks(
    new Intl.DateTimeFormat(tagOf(style), { dateStyle: 'medium', timeStyle: 'short', timeZone: cairo }).format(
      new Date(instant),
    ),
  )

/** A month: `نوفمبر 2026`. */
export const formatMonth = (instant: string, style: Style): string =>
  withoutMarks(
    new Intl.DateTimeFormat(tagOf(style), { month: 'long', year: 'numeric', timeZone: cairo }).format(
      new Date(instant),
    ),
  )

/** Hours and minutes alone. */
export const formatClock = (instant: string, style: Style): string =>
  withoutMarks(new Intl.DateTimeFormat(tagOf(style), { timeStyle: 'short', timeZone: cairo }).format(new Date(instant)))

const steps: readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['second', 1],
  ['minute', 60],
  ['hour', 3_600],
  ['day', 86_400],
  ['month', 2_629_800],
  ['year', 31_557_600],
]

/** How far `instant` is from `now`, in the largest unit that fits: `قبل 3 دقائق`, `in 12 minutes`. */
export function formatDistance(instant: string, now: Date, style: Style): string {
  const seconds = (new Date(instant).getTime() - now.getTime()) / 1000
  const [unit, size] = steps.findLast(([, least]) => Math.abs(seconds) >= least) ?? steps[0]!
  // Elapsed time in days is no calendar: two nights ago is not yesterday. Only "now" is a word of its own.
  const format = new Intl.RelativeTimeFormat(tagOf(style), { numeric: unit === 'second' ? 'auto' : 'always' })
  return withoutMarks(format.format(Math.round(seconds / size), unit))
}

/** A length of time in hours and minutes from seconds: `3 س 20 د`. */
export function formatSpan(seconds: number, style: Style): string {
  const whole = Math.round(seconds / 60)
  const hours = Math.floor(whole / 60)
  const minutes = whole % 60
  const unit = (value: number, name: 'hour' | 'minute') =>
    withoutMarks(new Intl.NumberFormat(tagOf(style), { style: 'unit', unit: name, unitDisplay: 'short' }).format(value))
  if (hours === 0) return unit(minutes, 'minute')
  return minutes === 0 ? unit(hours, 'hour') : `${unit(hours, 'hour')} ${unit(minutes, 'minute')}`
}

/** The date that Cairo's calendar has, as `2026-11-20`. */
export const cairoDate = (instant: Date): string =>
  new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone: cairo }).format(instant)
