import { useTranslation } from 'react-i18next'
import type { Problem } from '../api/problem.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/state.tsx'
import { Technical } from './figures.tsx'
import { AlertIcon } from './icons-entry.tsx'

/** What the platform refused, above a form. Faults of fields stand beside their fields. */
export function FormProblem({ problem }: { problem: Problem | null }) {
  const { t } = useTranslation()
  if (!problem) return null
  return (
    <Notice mood="bad" icon={<AlertIcon />} live testId="form-problem" state={problem.code}>
      {problem.title}
      {problem.requestId && problem.status >= 500 && (
        <div data-testid="error-ref">
          {t('problem.reference', { ns: 'entry' })} <Technical>{problem.requestId}</Technical>
        </div>
      )}
    </Notice>
  )
}

/** A list or a page that could not be had: why, the number to give support, and another try. */
export function LoadProblem({ problem, onRetry }: { problem: Problem; onRetry: () => void }) {
  const { t } = useTranslation()
  return (
    <div data-testid="error-state" data-state={problem.code}>
      <Notice
        mood="bad"
        live
        icon={<AlertIcon />}
        title={problem.title}
        action={
          <Button small onClick={onRetry}>
            {t('act.retry', { ns: 'entry' })}
          </Button>
        }
      >
        {problem.requestId && (
          <span data-testid="error-ref">
            {t('problem.reference', { ns: 'entry' })} <Technical>{problem.requestId}</Technical>
          </span>
        )}
      </Notice>
    </div>
  )
}
