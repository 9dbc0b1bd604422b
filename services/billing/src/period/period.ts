/** A month of the customer's calendar, as a half-open span of instants; `key` is the month, such as `2026-11`. */
export type Period = { key: string; from: Date; to: Date }

/** The calendar that invoices follow. */
export const billingZone = 'Africa/Cairo'

type Day = { year: number; month: number; day: number }

const formats = new Map<string, Intl.DateTimeFormat>()

/** The calendar day that `at` belongs to in `zone`. */
export function dayOf(at: Date, zone = billingZone): Day {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
    })
  formats.set(zone, format)
  const parts = Object.fromEntries(format.formatToParts(at).map(part => [part.type, Number(part.value)]))
  return { year: parts.year!, month: parts.month!, day: parts.day! }
}

const rank = ({ year, month, day }: Day): number => year * 10_000 + month * 100 + day
const hourMs = 3_600_000

/**
 * The first instant of a calendar day in `zone`. It is found and not computed, because it need not be midnight: on
 * 24 April 2026 Cairo's day begins at 01:00, and the last of October may have twenty-five hours.
 */
export function startOfDay(day: Day, zone = billingZone): Date {
  const guess = Date.UTC(day.year, day.month - 1, day.day)
  let before = guess - 26 * hourMs
  let reached = guess + 26 * hourMs
  while (reached - before > 1) {
    const middle = Math.floor((before + reached) / 2)
    if (rank(dayOf(new Date(middle), zone)) >= rank(normal(day))) reached = middle
    else before = middle
  }
  return new Date(reached)
}

/** The same day with its month and day within the calendar: day 32 of January is 1 February. */
function normal({ year, month, day }: Day): Day {
  const at = new Date(Date.UTC(year, month - 1, day))
  return { year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() }
}

/** The month that `at` lies in. Months tile: each begins at the instant at which the one before it ends. */
export function periodOf(at: Date, zone = billingZone): Period {
  const { year, month } = dayOf(at, zone)
  return {
    key: `${year}-${String(month).padStart(2, '0')}`,
    from: startOfDay({ year, month, day: 1 }, zone),
    to: startOfDay({ year, month: month + 1, day: 1 }, zone),
  }
}

/** The end of the day that is `days` days after the day of `at`: until when an invoice of that day may be paid. */
export function endOfDayAfter(at: Date, days: number, zone = billingZone): Date {
  const { year, month, day } = dayOf(at, zone)
  return startOfDay({ year, month, day: day + days + 1 }, zone)
}

/** True when the calendar of this process knows Egypt's summer time of 2023 and later. */
export const knowsCairo = (zone = billingZone): boolean =>
  new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', hourCycle: 'h23' }).format(
    new Date('2026-07-01T00:00:00Z'),
  ) === '03'
