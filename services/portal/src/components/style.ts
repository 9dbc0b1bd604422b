import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import type { Style } from '../format/number.ts'
import { type Digits, digitsChoice, remember } from '../i18n/preference.ts'

const listeners = new Set<() => void>()
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Writes numbers with other digits from now on. */
export function chooseDigits(digits: Digits): void {
  remember('digits', digits)
  for (const listener of listeners) listener()
}

export const useDigits = (): Digits => useSyncExternalStore(subscribe, digitsChoice)

/** How this person reads numbers, money and times. */
export function useStyle(): Style {
  const { i18n } = useTranslation()
  const digits = useDigits()
  return { language: i18n.language === 'en' ? 'en' : 'ar', digits }
}
