import { formatNumber, type Style } from './number.ts'

/** `12345` → `"123.45"`: exact, without passing through a fraction. */
export function majorOf(minor: number): string {
  const sign = minor < 0 ? '-' : ''
  const digits = String(Math.abs(minor)).padStart(3, '0')
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

const names: Record<string, { ar: string; en: string }> = { EGP: { ar: 'ج.م.', en: 'EGP' } }

/** An amount in integer minor units, as people write it: `1,140.00 ج.م.` or `EGP 1,140.00`. */
export function formatMoney(minor: number, currency: string, style: Style): string {
  const amount = formatNumber(majorOf(minor), style, 2, 2)
  const name = names[currency]?.[style.language] ?? currency
  return style.language === 'ar' ? `${amount}\u00a0${name}` : `${name}\u00a0${amount}`
}
