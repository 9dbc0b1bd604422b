import { useTranslation } from 'react-i18next'
import type { VmAction } from '../api/vms.ts'
import { Muted } from '../ui/layout.tsx'
import { Timeline } from '../ui/timeline.tsx'
import { Ago } from './figures.tsx'
import { ActivityIcon, BoltIcon } from './icons.tsx'

/** What was done to a server, newest first: by whom, and how it went. */
export function VmActivity({ actions }: { actions: readonly VmAction[] }) {
  const { t } = useTranslation()
  if (actions.length === 0) return <Muted>{t('vm.noActivity')}</Muted>
  return (
    <Timeline
      moments={actions.map(action => ({
        key: String(action.id),
        type: action.verb,
        state: action.status,
        own: action.reason === 'user',
        icon: action.reason === 'energy' ? <BoltIcon size={17} /> : <ActivityIcon size={17} />,
        title: t(`vm.verb.${action.verb}`),
        at: <Ago at={action.startedAt} />,
        body: (
          <Muted>
            {t(`vm.reason.${action.reason}`)} · {t(`vm.outcome.${action.status}`)}
            {action.error && <> · {t(`vm.ending.${action.error.code}`)}</>}
          </Muted>
        ),
      }))}
    />
  )
}
