import { formatNumber, type Style } from './number.ts'

/** `12345` → `"123.45"`: exact, without passing through a fraction. */
export function majorOf(minor: number): string {
  const sign = minor < 0 ? '-' : ''
  const digits = String(Math.abs(minor)).padStart(3, '0')
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

const names: Record<string, { ar: string; en: string }> = { EGP: { ar: 'ج.م.', en: 'EGP' } }

/** The parts of an amount; `direction` is that of its number, whose minus stands before what is read first. */
export type MoneyParts = { number: string; direction: 'ltr' | 'rtl'; name: string }

/** An amount in integer minor units, in the parts that people write it with. */
export const formatMoney = (minor: number, currency: string, style: Style): MoneyParts => ({
  number: formatNumber(majorOf(minor), style, 2, 2),
  direction: style.language === 'ar' && style.digits === 'arab' ? 'rtl' : 'ltr',
  name: names[currency]?.[style.language] ?? currency,
})
