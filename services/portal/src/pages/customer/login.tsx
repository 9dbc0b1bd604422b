import { useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Doorway } from '../../components/doorway.tsx'
import { Link } from '../../components/link.tsx'
import { SessionStartForm } from '../../forms/session-start.tsx'
import classes from './entry.module.css'

export function LoginPage() {
  const { t } = useTranslation('entry')
  const { to } = useSearch({ from: '/customer/login' })
  return (
    <Doorway title={t('session.signIn')} lead={t('session.signInLead')}>
      <SessionStartForm goTo={to ?? '/customer/dashboard'} />
      <p className={classes.other}>
        {t('session.noAccount')} <Link to="/customer/register">{t('session.register')}</Link>
      </p>
    </Doorway>
  )
}
