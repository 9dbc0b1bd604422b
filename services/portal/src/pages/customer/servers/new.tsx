import { useTranslation } from 'react-i18next'
import { Page } from '../../../components/page.tsx'
import { VmCreateForm } from '../../../forms/vm-create.tsx'

export function NewServerPage() {
  const { t } = useTranslation()
  return (
    <Page
      title={t('servers.new')}
      under={t('servers.newLead')}
      back={{ to: '/customer/servers', label: t('servers.title') }}
    >
      <VmCreateForm />
    </Page>
  )
}
