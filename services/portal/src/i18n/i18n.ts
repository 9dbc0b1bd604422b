import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { formatNumber } from '../format/number.ts'
import { digitsChoice, directionOf, type Language, paintedLanguage, remember } from './preference.ts'

/** `entry` is what a person sees before signing in; `app` comes with the rest. */
export type Catalogue = 'entry' | 'app'

const catalogues: Record<Language, Record<Catalogue, () => Promise<{ default: object }>>> = {
  ar: { entry: () => import('../locales/ar/entry.json'), app: () => import('../locales/ar/app.json') },
  en: { entry: () => import('../locales/en/entry.json'), app: () => import('../locales/en/app.json') },
}
const wanted = new Set<Catalogue>(['entry'])

async function load(language: Language, name: Catalogue): Promise<void> {
  if (i18next.hasResourceBundle(language, name)) return
  const { default: texts } = await catalogues[language][name]()
  i18next.addResourceBundle(language, name, texts)
}

/** Writes the number of a text, `{{count, digits}}`, in the digits that a person chose. */
export const knowDigits = (): void =>
  i18next.services.formatter?.add('digits', (count: number, language) =>
    formatNumber(count, { language: language === 'en' ? 'en' : 'ar', digits: digitsChoice() }),
  )

/** Starts i18next in the language the page was painted in. */
export async function startTexts(): Promise<void> {
  const language = paintedLanguage()
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    ns: [],
    defaultNS: 'app',
    fallbackNS: 'entry',
    resources: {},
    interpolation: { escapeValue: false },
    react: { useSuspense: false, bindI18nStore: 'added' },
  })
  knowDigits()
  await load(language, 'entry')
}

/** Brings another catalogue, in the present language, and in each one chosen later. */
export async function needTexts(name: Catalogue): Promise<void> {
  wanted.add(name)
  await load(i18next.language as Language, name)
}

/** Turns the whole page to another language and direction. */
export async function speak(language: Language): Promise<void> {
  await Promise.all([...wanted].map(name => load(language, name)))
  remember('language', language)
  document.documentElement.lang = language
  document.documentElement.dir = directionOf(language)
  await i18next.changeLanguage(language)
}

export const language = (): Language => (i18next.language === 'en' ? 'en' : 'ar')
