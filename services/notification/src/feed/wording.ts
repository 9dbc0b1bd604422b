import type { Locale } from '@sahary/contracts/fields'

const tags = { ar: 'ar-EG-u-nu-latn', en: 'en-GB' } as const
const zone = 'Africa/Cairo'

/** Forms of a counted noun by CLDR plural category; `{n}` is the number. Arabic uses all six, English two. */
export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }

const rules: Record<Locale, Intl.PluralRules> = { ar: new Intl.PluralRules('ar-EG'), en: new Intl.PluralRules('en') }

/** `n` things in words, by the plural rules of the language; zero may have a sentence of its own. */
export function counted(locale: Locale, n: number, forms: Forms): string {
  const category = n === 0 && forms.zero !== undefined ? 'zero' : rules[locale].select(n)
  return (forms[category] ?? forms.other).replace('{n}', String(n))
}

/** A name somebody typed, fenced off (FSI … PDI) so that it can neither be turned round nor turn its sentence round. */
export const fenced = (text: string): string => `\u2068${text.replace(/[\u202a-\u202e\u2066-\u2069]/g, '')}\u2069`

/** A list of fenced names in the language's own way: «أ وب وج», "a, b and c". At most five are named. */
export function listed(locale: Locale, names: readonly string[]): string {
  const shown = names.slice(0, 5).map(fenced)
  const rest = names.length - shown.length
  const more = locale === 'ar' ? `${rest} أخرى` : `${rest} more`
  const all = rest > 0 ? [...shown, more] : shown
  return new Intl.ListFormat(tags[locale], { type: 'conjunction' }).format(all)
}

const clockTime = { timeZone: zone, hour: 'numeric', minute: '2-digit', hour12: true } as const
const day = { timeZone: zone, day: 'numeric', month: 'long', year: 'numeric' } as const

/** A time of day in Cairo, Latin digits in both languages. */
export const timeText = (locale: Locale, at: string): string =>
  plain(new Intl.DateTimeFormat(tags[locale], clockTime).format(new Date(at)))

/** A date in Cairo. */
export const dayText = (locale: Locale, at: string): string =>
  plain(new Intl.DateTimeFormat(tags[locale], day).format(new Date(at)))

/** The date before which something ends: periods and due dates are half-open, people name the last day. */
export const lastDayText = (locale: Locale, end: string): string =>
  dayText(locale, new Date(Date.parse(end) - 1).toISOString())

const currencyNames: Record<string, Record<Locale, string>> = { EGP: { ar: 'ج.م.', en: 'EGP' } }

/** An amount of minor units, exact: piastres in, `1,234.50 ج.م.` or `EGP 1,234.50` out. */
export function moneyText(locale: Locale, minor: number, currency: string): string {
  const digits = String(Math.abs(minor)).padStart(3, '0')
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',')
  const amount = `${minor < 0 ? '-' : ''}${whole}.${digits.slice(-2)}`
  const name = currencyNames[currency]?.[locale] ?? currency
  return locale === 'ar' ? `${fenced(amount)} ${name}` : `${name} ${amount}`
}

/** The end of a sentence: an abbreviation that stands there brings its own full stop. */
export const ended = (text: string): string => (text.endsWith('.') ? text : `${text}.`)

/** ICU puts invisible direction marks and odd spaces into its texts; ours go to screens, mails and searches. */
const plain = (text: string): string => text.replace(/[\u200e\u200f\u061c]/g, '').replace(/[\u00a0\u202f]/g, ' ')
