import { useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../../../components/page.tsx'
import { RepairOpenForm } from '../../../forms/repair-open.tsx'

export function NewRepairPage() {
  const { t } = useTranslation()
  const { device } = useSearch({ from: '/signed-in/customer/repairs/new' })
  return (
    <Page
      title={t('repairs.new')}
      under={t('repairs.newLead')}
      back={{ to: '/customer/repairs', label: t('repairs.title') }}
    >
      <RepairOpenForm deviceId={device ?? null} />
    </Page>
  )
}
