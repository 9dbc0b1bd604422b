import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { hearing } from '../live/connection.ts'
import { useStored } from '../store.ts'
import { Spoken } from '../ui/layout.tsx'
import classes from './connection.module.css'
import { WifiOffIcon } from './icons.tsx'

/** Whether what is on the page follows the platform as it happens. */
export function ConnectionState() {
  const { t } = useTranslation()
  const state = useStored(hearing)
  return (
    <span className={classes.state} data-testid="conn-state" data-state={state} title={t(`connection.${state}Long`)}>
      <span className={classes.dot} aria-hidden="true" />
      <span className={classes.word}>{t(`connection.${state}`)}</span>
    </span>
  )
}

export function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine)
  useEffect(() => {
    const stop = new AbortController()
    const look = () => setOnline(navigator.onLine)
    window.addEventListener('online', look, { signal: stop.signal })
    window.addEventListener('offline', look, { signal: stop.signal })
    return () => stop.abort()
  }, [])
  return online
}

/** Says that what is shown may be old, and that nothing can be sent now. */
export function OfflineBar() {
  const { t } = useTranslation()
  const online = useOnline()
  if (online) return <Spoken live>{''}</Spoken>
  return (
    <div className={classes.offline} role="status" data-testid="offline-bar">
      <WifiOffIcon />
      {t('connection.offlineBar')}
    </div>
  )
}
