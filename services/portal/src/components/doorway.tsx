import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Brand } from './brand.tsx'
import classes from './doorway.module.css'
import { Desert } from './scenery.tsx'
import { LanguageSwitch, ThemeSwitch } from './switches.tsx'

/** The pages before signing in: a form on one side, the desert on the other. */
export function Doorway({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  const { t } = useTranslation()
  useEffect(() => {
    document.title = `${title} · ${t('brand', { ns: 'entry' })}`
    document.body.dataset.appReady = 'true'
  }, [title, t])
  return (
    <div className={classes.doorway}>
      <div className={classes.side}>
        <header className={classes.top}>
          <Brand />
          <div className={classes.switches}>
            <LanguageSwitch />
            <ThemeSwitch />
          </div>
        </header>
        <main className={classes.main} id="main" tabIndex={-1}>
          <h1>{title}</h1>
          <p className={classes.lead}>{lead}</p>
          {children}
        </main>
        <footer className={classes.foot}>{t('promise.short', { ns: 'entry' })}</footer>
      </div>
      <div className={classes.scene} aria-hidden="true">
        <Desert />
        <p className={classes.motto}>{t('promise.long', { ns: 'entry' })}</p>
      </div>
    </div>
  )
}
