import type { Locale } from '@sahary/contracts/fields'

/** The language to answer in: the best of `Accept-Language` that we speak, else the caller's own, else English. */
export function localeOf(acceptLanguage: string | undefined, own?: Locale): Locale {
  const wanted = (acceptLanguage ?? '')
    .slice(0, 200)
    .split(',')
    .map(part => /^\s*([a-z]{2})(?:-[a-z0-9-]+)?\s*(?:;\s*q=([\d.]+))?\s*$/i.exec(part))
    .flatMap(match => (match ? [{ language: match[1]!.toLowerCase(), weight: Number(match[2] ?? 1) }] : []))
    .filter(({ language, weight }) => (language === 'ar' || language === 'en') && weight > 0)
    .sort((a, b) => b.weight - a.weight)[0]
  return (wanted?.language as Locale | undefined) ?? own ?? 'en'
}
