/** What a person chose for this browser. Keep in step with public/first-paint.js. */
export type Language = 'ar' | 'en'
export type Theme = 'light' | 'dark' | 'system'
export type Digits = 'latn' | 'arab'

const key = (name: string) => `sahary.${name}`

/** A remembered choice, or null; a browser that refuses storage simply remembers nothing. */
export function remembered(name: 'language' | 'theme' | 'digits'): string | null {
  try {
    return localStorage.getItem(key(name))
  } catch {
    return null
  }
}

export function remember(name: 'language' | 'theme' | 'digits', value: string): void {
  try {
    localStorage.setItem(key(name), value)
  } catch {
    // The choice still holds until the page is left.
  }
}

/** One function decides direction; no list of languages elsewhere. */
export const directionOf = (language: Language): 'rtl' | 'ltr' => (language === 'ar' ? 'rtl' : 'ltr')

/** The language the page was first painted in. */
export const paintedLanguage = (): Language => (document.documentElement.lang === 'en' ? 'en' : 'ar')

export const themeChoice = (): Theme => {
  const value = remembered('theme')
  return value === 'light' || value === 'dark' ? value : 'system'
}

export const darkSystem = () => window.matchMedia('(prefers-color-scheme: dark)').matches

/** Shows a theme now and remembers it. */
export function applyTheme(theme: Theme): void {
  remember('theme', theme)
  const shown = theme === 'system' ? (darkSystem() ? 'dark' : 'light') : theme
  document.documentElement.dataset.theme = shown
  document.documentElement.dataset.mantineColorScheme = shown
}

export const digitsChoice = (): Digits => (remembered('digits') === 'arab' ? 'arab' : 'latn')
