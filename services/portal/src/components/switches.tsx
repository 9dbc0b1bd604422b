import { useTranslation } from 'react-i18next'
import { speak } from '../i18n/i18n.ts'
import { darkSystem } from '../i18n/preference.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { LanguageIcon, MoonIcon, SunIcon } from './icons-entry.tsx'
import { chooseTheme, useTheme } from './style.ts'

/** Turns the page to the other language; its name is written in that language. */
export function LanguageSwitch() {
  const { t, i18n } = useTranslation()
  const other = i18n.language === 'ar' ? 'en' : 'ar'
  return (
    <Button
      tone="quiet"
      small
      icon={<LanguageIcon />}
      lang={other}
      data-testid="lang-switch"
      onClick={() => void speak(other)}
    >
      {t('language.other', { ns: 'entry' })}
    </Button>
  )
}

/** Day or night. */
export function ThemeSwitch() {
  const { t } = useTranslation()
  const theme = useTheme()
  const dark = theme === 'system' ? darkSystem() : theme === 'dark'
  return (
    <IconButton
      label={t(dark ? 'theme.toLight' : 'theme.toDark', { ns: 'entry' })}
      data-testid="theme-switch"
      onClick={() => chooseTheme(dark ? 'light' : 'dark')}
    >
      {dark ? <SunIcon /> : <MoonIcon />}
    </IconButton>
  )
}
