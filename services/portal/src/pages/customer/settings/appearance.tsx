import { useTranslation } from 'react-i18next'
import { Energy, Money } from '../../../components/figures.tsx'
import { LogoutIcon } from '../../../components/icons.tsx'
import { Page } from '../../../components/page.tsx'
import { leave } from '../../../components/sign-out.ts'
import { chooseDigits, chooseTheme, useDigits, useTheme } from '../../../components/style.ts'
import { speak } from '../../../i18n/i18n.ts'
import type { Digits, Language, Theme } from '../../../i18n/preference.ts'
import { presentSession } from '../../../session/token.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { Muted, Row, Stack } from '../../../ui/layout.tsx'
import { Segments } from '../../../ui/segments.tsx'

export function AppearancePage() {
  const { t, i18n } = useTranslation()
  const theme = useTheme()
  const digits = useDigits()
  return (
    <Page title={t('settings.appearance')} under={t('settings.lead')}>
      <Stack>
        <Card>
          <Stack>
            <Segments<Language>
              name="language"
              legend={t('settings.language')}
              showLegend
              value={i18n.language === 'en' ? 'en' : 'ar'}
              options={[
                { value: 'ar', label: t('settings.arabic') },
                { value: 'en', label: t('settings.english') },
              ]}
              onChange={next => void speak(next)}
            />
            <Segments<Theme>
              name="theme"
              legend={t('settings.theme')}
              showLegend
              value={theme}
              options={[
                { value: 'system', label: t('settings.system') },
                { value: 'light', label: t('settings.light') },
                { value: 'dark', label: t('settings.dark') },
              ]}
              onChange={chooseTheme}
            />
            <Segments<Digits>
              name="digits"
              legend={t('settings.digits')}
              showLegend
              value={digits}
              options={[
                { value: 'latn', label: t('settings.latin') },
                { value: 'arab', label: t('settings.arab') },
              ]}
              onChange={chooseDigits}
            />
            <Row>
              <Muted>{t('settings.sample')}</Muted>
              <Money minor={123450} currency="EGP" />
              <Energy wattHours="12345.678" />
            </Row>
          </Stack>
        </Card>
        <Card title={t('settings.session')}>
          <Row spread>
            <Muted>{t('settings.signedInAs', { name: `\u2068${presentSession()?.user.name ?? ''}\u2069` })}</Muted>
            <Button icon={<LogoutIcon />} onClick={() => void leave()}>
              {t('nav.logout')}
            </Button>
          </Row>
        </Card>
      </Stack>
    </Page>
  )
}
