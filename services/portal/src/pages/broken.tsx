import type { ErrorComponentProps } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { AlertIcon } from '../components/icons-entry.tsx'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/state.tsx'

/** A page that broke while it was drawn; what stands around it stays, and another try begins it anew. */
export function BrokenPage({ reset }: ErrorComponentProps) {
  const { t } = useTranslation('entry')
  return (
    <div data-testid="error-state" data-state="broken">
      <h1>{t('broken.title')}</h1>
      <Notice
        mood="bad"
        live
        icon={<AlertIcon />}
        action={
          <Button small onClick={reset}>
            {t('act.retry')}
          </Button>
        }
      >
        {t('broken.text')}
      </Notice>
    </div>
  )
}
