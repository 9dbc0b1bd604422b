import { useEffect, useState } from 'react'
import { formatEnergy, formatMemory, formatPower, type Measured } from '../format/energy.ts'
import { formatMoney } from '../format/money.ts'
import { formatNumber } from '../format/number.ts'
import { formatDay, formatDistance, formatLastDay, formatMoment, formatMonth } from '../format/time.ts'
import { businessNow, onBusinessTime } from '../live/business-time.ts'
import classes from './figures.module.css'
import { useStyle } from './style.ts'

/** An amount, `1,140.00 ج.م.` or `EGP 1,140.00`; the exact piastres travel along for who reads the page by program. */
export function Money({ minor, currency, testId }: { minor: number; currency: string; testId?: string }) {
  const style = useStyle()
  const { number, direction, name } = formatMoney(minor, currency, style)
  const amount = <bdi dir={direction}>{number}</bdi>
  return (
    <bdi
      className={classes.figure}
      dir={style.language === 'ar' ? 'rtl' : 'ltr'}
      data-minor={minor}
      data-currency={currency}
      data-testid={testId}
    >
      {style.language === 'ar' ? (
        <>
          {amount}
          {`\u00a0${name}`}
        </>
      ) : (
        <>
          {`${name}\u00a0`}
          {amount}
        </>
      )}
    </bdi>
  )
}

/** A number and its unit as one left-to-right piece: never "Watt 1111". */
function Quantity({ number, unit }: Measured) {
  return (
    <bdi className={classes.figure} dir="ltr">
      {number}
      <span className={classes.unit}>{`\u00a0${unit}`}</span>
    </bdi>
  )
}

export const Power = ({ watts }: { watts: number }) => <Quantity {...formatPower(watts, useStyle())} />
export const Energy = ({ wattHours }: { wattHours: string }) => <Quantity {...formatEnergy(wattHours, useStyle())} />
export const Memory = ({ mib }: { mib: number }) => <Quantity {...formatMemory(mib, useStyle())} />

export function Count({ value, places = 0 }: { value: number | string; places?: number }) {
  return (
    <bdi className={classes.figure} dir="ltr">
      {formatNumber(value, useStyle(), places)}
    </bdi>
  )
}

export const Day = ({ at }: { at: string }) => <time dateTime={at}>{formatDay(at, useStyle())}</time>
export const LastDay = ({ before }: { before: string }) => (
  <time dateTime={before}>{formatLastDay(before, useStyle())}</time>
)
export const MonthName = ({ at }: { at: string }) => <time dateTime={at}>{formatMonth(at, useStyle())}</time>
export const At = ({ at }: { at: string }) => <time dateTime={at}>{formatMoment(at, useStyle())}</time>

/** The present on the business clock, renewed every `everyMs`. */
export function useNow(everyMs: number): Date {
  const [now, setNow] = useState(() => businessNow())
  useEffect(() => {
    const look = () => setNow(businessNow())
    const timer = setInterval(look, everyMs)
    const unhook = onBusinessTime(look)
    return () => {
      clearInterval(timer)
      unhook()
    }
  }, [everyMs])
  return now
}

/** How long ago, with the exact moment for those who point at it. */
export function Ago({ at, testId }: { at: string; testId?: string }) {
  const style = useStyle()
  // What has happened is never still to come, though this page's clock may be a little behind the platform's.
  const now = new Date(Math.max(useNow(15_000).getTime(), Date.parse(at)))
  return (
    <time dateTime={at} title={formatMoment(at, style)} data-testid={testId}>
      {formatDistance(at, now, style)}
    </time>
  )
}

/** A technical string: an address, a number of a document, a fingerprint. */
export function Technical({ children }: { children: string }) {
  return (
    <bdi dir="ltr" lang="en" className={classes.technical}>
      {children}
    </bdi>
  )
}
