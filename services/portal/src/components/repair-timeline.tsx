import { useTranslation } from 'react-i18next'
import type { RepairEntry } from '../api/repairs.ts'
import { Muted, Written } from '../ui/layout.tsx'
import { Timeline } from '../ui/timeline.tsx'
import { Ago } from './figures.tsx'
import { MessageIcon, RepairIcon } from './icons.tsx'

/** What happened to a repair and what was written, oldest first. */
export function RepairTimeline({ entries }: { entries: readonly RepairEntry[] }) {
  const { t } = useTranslation()
  if (entries.length === 0) return <Muted>{t('repair.noTimeline')}</Muted>
  return (
    <Timeline
      moments={entries.map(entry => ({
        key: String(entry.id),
        type: entry.kind,
        visibility: entry.visibility,
        own: entry.actor.side === 'customer',
        icon: entry.kind === 'step' ? <RepairIcon size={17} /> : <MessageIcon size={17} />,
        title: t(entry.verb === null ? 'repair.entry.comment' : `repair.verb.${entry.verb}`),
        at: (
          <>
            {entry.actor.name && (
              <>
                <bdi>{entry.actor.name}</bdi> ·{' '}
              </>
            )}
            <Ago at={entry.at} />
          </>
        ),
        body: entry.text && <Written>{entry.text}</Written>,
      }))}
    />
  )
}
