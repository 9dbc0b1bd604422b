import { useTranslation } from 'react-i18next'
import { Doorway } from '../../components/doorway.tsx'
import { Link } from '../../components/link.tsx'
import { PersonRegisterForm } from '../../forms/person-register.tsx'
import classes from './entry.module.css'

export function RegisterPage() {
  const { t } = useTranslation('entry')
  return (
    <Doorway title={t('session.register')} lead={t('session.registerLead')}>
      <PersonRegisterForm />
      <p className={classes.other}>
        {t('session.haveAccount')} <Link to="/customer/login">{t('session.signIn')}</Link>
      </p>
    </Doorway>
  )
}
