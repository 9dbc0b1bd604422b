// Sets language, direction and theme before the first paint; a file of its own so that the
// content security policy needs no inline script. Keep in step with src/i18n/preference.ts.
;(function () {
  var root = document.documentElement
  var stored = function (key) {
    try {
      return localStorage.getItem('sahary.' + key)
    } catch {
      return null
    }
  }
  var asked = new URLSearchParams(location.search).get('lang')
  var wished = [asked, stored('language')].concat(navigator.languages || [navigator.language])
  var language = 'ar'
  for (var i = 0; i < wished.length; i++) {
    var short = String(wished[i] || '').slice(0, 2).toLowerCase()
    if (short === 'ar' || short === 'en') {
      language = short
      break
    }
  }
  var theme = stored('theme')
  if (theme !== 'light' && theme !== 'dark')
    theme = window.matchMedia && matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  root.lang = language
  root.dir = language === 'ar' ? 'rtl' : 'ltr'
  root.dataset.theme = theme
  root.dataset.mantineColorScheme = theme
})()
