// Sets language, direction and theme before the first paint; a file of its own so that the
// content security policy needs no inline script. Keep in step with src/i18n/preference.ts.
{
  const root = document.documentElement
  const stored = name => {
    try {
      return localStorage.getItem(`sahary.${name}`)
    } catch {
      return null
    }
  }
  const asked = new URLSearchParams(location.search).get('lang')
  const wished = [asked, stored('language'), ...(navigator.languages ?? [navigator.language])]
  const language =
    wished.map(tag => String(tag).slice(0, 2).toLowerCase()).find(tag => tag === 'ar' || tag === 'en') ?? 'ar'
  const chosen = stored('theme')
  const night = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  const theme = chosen === 'light' || chosen === 'dark' ? chosen : night
  root.lang = language
  root.dir = language === 'ar' ? 'rtl' : 'ltr'
  root.dataset.theme = theme
  root.dataset.mantineColorScheme = theme
}
