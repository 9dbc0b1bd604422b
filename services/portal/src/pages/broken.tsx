import type { ErrorComponentProps } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { isRefusal, problemOf } from '../api/problem.ts'
import { AlertIcon } from '../components/icons-entry.tsx'
import { bringMissing } from '../part.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/state.tsx'

/** A page that broke while it was drawn or could not be brought; what stands around it stays. */
export function BrokenPage({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation('entry')
  const problem = isRefusal(error) ? problemOf(error) : null
  return (
    <div data-testid="error-state" data-state={problem?.code ?? 'broken'}>
      <h1>{t(problem ? 'broken.missing' : 'broken.title')}</h1>
      <Notice
        mood="bad"
        live
        icon={<AlertIcon />}
        action={
          <Button small onClick={() => void bringMissing().then(reset)}>
            {t('act.retry')}
          </Button>
        }
      >
        {problem ? problem.title : t('broken.text')}
      </Notice>
    </div>
  )
}
