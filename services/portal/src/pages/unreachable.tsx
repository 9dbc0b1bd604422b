import { useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { problemOf } from '../api/problem.ts'
import { Doorway } from '../components/doorway.tsx'
import { Button } from '../ui/button.tsx'

/** The platform could not be asked who this is; trying again is all there is to do. */
export function UnreachablePage({ error }: { error: unknown }) {
  const { t } = useTranslation('entry')
  const router = useRouter()
  return (
    <Doorway title={t('unreachable.title')} lead={problemOf(error).title}>
      <Button tone="sun" onClick={() => void router.invalidate()}>
        {t('act.retry')}
      </Button>
    </Doorway>
  )
}
