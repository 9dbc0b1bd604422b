import { useTranslation } from 'react-i18next'
import type { Style } from '../format/number.ts'
import { applyTheme, type Digits, digitsChoice, remember, type Theme, themeChoice } from '../i18n/preference.ts'
import { createStore, useStored } from '../store.ts'

const digits = createStore<Digits>(digitsChoice())
const theme = createStore<Theme>(themeChoice())

/** Writes numbers with other digits from now on. */
export function chooseDigits(next: Digits): void {
  remember('digits', next)
  digits.set(next)
}

/** Shows another theme from now on. */
export function chooseTheme(next: Theme): void {
  applyTheme(next)
  theme.set(next)
}

export const useDigits = (): Digits => useStored(digits)
export const useTheme = (): Theme => useStored(theme)

/** How this person reads numbers, money and times. */
export function useStyle(): Style {
  const { i18n } = useTranslation()
  return { language: i18n.language === 'en' ? 'en' : 'ar', digits: useDigits() }
}
