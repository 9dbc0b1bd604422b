import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { type Device, type RepairDetail, repairQuery } from '../../../api/repairs.ts'
import { Ago } from '../../../components/figures.tsx'
import { InfoIcon } from '../../../components/icons-entry.tsx'
import { Loaded } from '../../../components/loaded.tsx'
import { Page } from '../../../components/page.tsx'
import { RepairActions } from '../../../components/repair-actions.tsx'
import { RepairTimeline } from '../../../components/repair-timeline.tsx'
import { RepairStateWord } from '../../../components/repair-words.tsx'
import { RepairCommentForm } from '../../../forms/repair-comment.tsx'
import { Card, Facts } from '../../../ui/card.tsx'
import { Aside, Stack, Written } from '../../../ui/layout.tsx'
import { Notice } from '../../../ui/state.tsx'

export function RepairPage() {
  const { t } = useTranslation()
  const { id } = useParams({ from: '/signed-in/customer/repairs/$id' })
  const repair = useQuery(repairQuery(Number(id)))
  const number = repair.data?.number
  return (
    <Page
      key={number}
      title={number ? t('repair.titleOf', { number: `\u2066${number}\u2069` }) : t('repair.one')}
      back={{ to: '/customer/repairs', label: t('repairs.title') }}
      badge={repair.data && <RepairStateWord state={repair.data.customerState} />}
    >
      <Loaded query={repair} rows={3} tall>
        {known => <Story repair={known} />}
      </Loaded>
    </Page>
  )
}

function Story({ repair }: { repair: RepairDetail }) {
  const { t } = useTranslation()
  return (
    <Stack>
      <Notice
        mood={repair.customerState === 'waiting_for_you' ? 'warn' : 'plain'}
        icon={<InfoIcon />}
        testId="repair-next-step"
        state={repair.customerState}
      >
        {t(`repair.next.${repair.customerState}`)}
      </Notice>
      <Aside
        aside={
          <Card title={t('repair.facts')}>
            <Stack>
              <Facts
                facts={[
                  { name: t('repairs.category'), value: t(`repair.category.${repair.category}`) },
                  ...(repair.device
                    ? [{ name: t('repairs.device'), value: <DeviceName device={repair.device} /> }]
                    : []),
                  { name: t('repair.opened'), value: <Ago at={repair.openedAt} /> },
                ]}
              />
              <RepairActions repair={repair} />
            </Stack>
          </Card>
        }
      >
        <Card title={t('repairs.description')}>
          <Written>{repair.description}</Written>
        </Card>
        <Card title={t('repair.timeline')}>
          <RepairTimeline entries={repair.timeline} />
          <RepairCommentForm repairId={repair.id} />
        </Card>
      </Aside>
    </Stack>
  )
}

const DeviceName = ({ device }: { device: Device }) => (
  <bdi>
    {device.brand} {device.model}
  </bdi>
)
