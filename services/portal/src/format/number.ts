import type { Digits, Language } from '../i18n/preference.ts'

/** How numbers, money and times are written: the language and the digits a person chose. */
export type Style = { language: Language; digits: Digits }

/**
 * The BCP 47 tag of a style. Never the bare language: `ar` and `ar-EG` disagree about digits,
 * so the numbering system is always said.
 */
export const tagOf = ({ language, digits }: Style): string =>
  language === 'ar' ? `ar-EG-u-nu-${digits}` : 'en-GB-u-nu-latn'

const bidiMarks = /[\u200e\u200f\u061c]/g

/** Intl puts direction marks into Arabic numbers; we isolate in markup instead, and copies stay clean. */
export const withoutMarks = (text: string): string => text.replace(bidiMarks, '')

/** A number or an exact decimal string, at most `places` decimals, at least `least`. */
export function formatNumber(value: number | string, style: Style, places = 0, least = 0): string {
  const format = new Intl.NumberFormat(tagOf(style), { minimumFractionDigits: least, maximumFractionDigits: places })
  return withoutMarks(format.format(value as number))
}

/** A share between 0 and 100, written with the sign of the language. */
export const formatPercent = (percent: number, style: Style, places = 0): string =>
  withoutMarks(
    new Intl.NumberFormat(tagOf(style), { style: 'percent', maximumFractionDigits: places }).format(percent / 100),
  )
