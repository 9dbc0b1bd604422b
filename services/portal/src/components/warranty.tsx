import { useTranslation } from 'react-i18next'
import { cairoDate } from '../format/time.ts'
import { Status } from '../ui/state.tsx'
import { Day, useNow } from './figures.tsx'

/** Whether a device is under warranty, and until when. */
export function WarrantyState({ until }: { until: string | null }) {
  const { t } = useTranslation()
  const now = useNow(60_000)
  if (until === null)
    return (
      <Status mood="plain" state="unknown" dot={false}>
        {t('devices.warrantyUnknown')}
      </Status>
    )
  // A warranty holds through its last day.
  const holds = until >= cairoDate(now)
  return (
    <Status mood={holds ? 'good' : 'rest'} state={holds ? 'in_warranty' : 'expired'}>
      {t(holds ? 'devices.warrantyUntil' : 'devices.warrantyEnded')} <Day at={until} />
    </Status>
  )
}
