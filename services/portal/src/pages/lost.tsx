import { useTranslation } from 'react-i18next'
import { Doorway } from '../components/doorway.tsx'
import { ButtonLink } from '../components/link.tsx'

export function LostPage() {
  const { t } = useTranslation('entry')
  return (
    <Doorway title={t('lost.title')} lead={t('lost.lead')}>
      <ButtonLink to="/customer/dashboard" tone="sun">
        {t('lost.home')}
      </ButtonLink>
    </Doorway>
  )
}
