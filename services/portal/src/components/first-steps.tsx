import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { sshKeysQuery } from '../api/vms.ts'
import { Card } from '../ui/card.tsx'
import classes from './first-steps.module.css'
import { CheckIcon } from './icons-entry.tsx'
import { ButtonLink } from './link.tsx'

/** What a new account does first, ticked off as it is done. */
export function FirstSteps() {
  const { t } = useTranslation()
  const { data: keys } = useQuery(sshKeysQuery)
  const steps = [
    { key: 'account', done: true },
    { key: 'key', done: (keys?.length ?? 0) > 0 },
    { key: 'server', done: false },
  ]
  return (
    <Card title={t('firstSteps.title')} testId="first-steps">
      <ol className={classes.steps}>
        {steps.map(({ key, done }) => (
          <li key={key} data-done={done || undefined}>
            <span className={classes.tick} aria-hidden="true">
              {done && <CheckIcon size={16} />}
            </span>
            <span>
              {t(`firstSteps.${key}`)}
              {done && <span className={classes.done}> · {t('firstSteps.done')}</span>}
            </span>
          </li>
        ))}
      </ol>
      <ButtonLink to="/customer/servers/new" tone="sun" wide>
        {t('firstSteps.begin')}
      </ButtonLink>
    </Card>
  )
}
