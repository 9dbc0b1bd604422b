import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { currentInvoiceQuery } from '../../api/invoices.ts'
import { type Usage, type UsageRecord, usageQuery } from '../../api/usage.ts'
import { sumWh } from '../../components/day-series.ts'
import { EnergyBySource } from '../../components/energy-by-source.tsx'
import { At, Count, Energy } from '../../components/figures.tsx'
import { ButtonLink } from '../../components/link.tsx'
import { Loaded, Pages, usePages } from '../../components/loaded.tsx'
import { Page } from '../../components/page.tsx'
import { EmptyScene } from '../../components/scenery.tsx'
import { SumFacts } from '../../components/sum-facts.tsx'
import { SupplyBadge } from '../../components/vm-words.tsx'
import { Card, Facts } from '../../ui/card.tsx'
import { Muted, Stack } from '../../ui/layout.tsx'
import { Empty } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'

export function UsagePage() {
  const { t } = useTranslation()
  const usage = usePages(usageQuery())
  const sums = usage.data?.pages[0]?.meta
  return (
    <Page title={t('usage.title')} under={t('usage.lead')}>
      <Stack>
        <ThisMonth />
        {sums && <Totals {...sums} />}
        <Card title={t('usage.records')} tight>
          <Pages
            query={usage}
            countText={count => t('usage.count', { count })}
            empty={
              <Empty
                picture={<EmptyScene kind="usage" />}
                title={t('usage.emptyTitle')}
                action={<ButtonLink to="/customer/servers/new">{t('servers.new')}</ButtonLink>}
              >
                {t('usage.emptyText')}
              </Empty>
            }
          >
            {records => <Records records={records} />}
          </Pages>
        </Card>
      </Stack>
    </Page>
  )
}

function Totals({ totals, soFar }: Pick<Usage, 'totals' | 'soFar'>) {
  const { t } = useTranslation()
  return (
    <Card title={t('usage.energy')} aside={t('usage.lastThirty')}>
      <Stack>
        <EnergyBySource energy={totals.energyWh} totalWh={totals.totalWh} />
        <Facts
          facts={[
            { name: t('usage.runningHours'), value: <Count value={totals.runningHours} places={2} /> },
            { name: t('usage.vcpuHours'), value: <Count value={hoursOf(totals.vcpuSeconds)} places={2} /> },
            { name: t('usage.shedHours'), value: <Count value={hoursOf(totals.shedSeconds)} places={2} /> },
            { name: t('usage.chargedNow'), value: <Count value={serversOf(soFar)} /> },
          ]}
        />
      </Stack>
    </Card>
  )
}

/** An hour in which a server changed has several pieces of it. */
const serversOf = (pieces: readonly { vmId: number }[]): number => new Set(pieces.map(piece => piece.vmId)).size
const hoursOf = (seconds: string): number => Number(seconds) / 3600

function ThisMonth() {
  const { t } = useTranslation()
  const current = useQuery(currentInvoiceQuery)
  return (
    <Card
      title={t('usage.month')}
      aside={
        <ButtonLink to="/customer/invoices" small>
          {t('nav.invoices')}
        </ButtonLink>
      }
    >
      <Loaded query={current} rows={1}>
        {draft => <SumFacts of={draft} total={t('invoice.totalSoFar')} testId="month-total" />}
      </Loaded>
    </Card>
  )
}

/** When an hour began; of a correction, whose figures are to be added and may be negative, why it was made. */
function Hour({ record }: { record: UsageRecord }) {
  const { t } = useTranslation()
  return (
    <>
      <At at={record.from} />
      {record.reason && (
        <>
          <br />
          <Muted>{t(`usage.adjusted.${record.reason}`)}</Muted>
        </>
      )}
    </>
  )
}

function Records({ records }: { records: UsageRecord[] }) {
  const { t } = useTranslation()
  return (
    <Table
      caption={t('usage.records')}
      rows={records}
      keyOf={record => record.id}
      columns={[
        { key: 'vm', title: t('servers.one'), cell: record => <bdi>{record.vmName}</bdi> },
        { key: 'from', title: t('usage.from'), cell: record => <Hour record={record} /> },
        { key: 'supply', title: t('servers.supply'), cell: record => <SupplyBadge supply={record.spec.supplyClass} /> },
        {
          key: 'hours',
          title: t('usage.runningHours'),
          end: true,
          cell: record => <Count value={hoursOf(record.runningSeconds)} places={2} />,
        },
        {
          key: 'energy',
          title: t('usage.energy'),
          end: true,
          cell: ({ energyWh }) => <Energy wattHours={sumWh(Object.values(energyWh))} />,
        },
        {
          key: 'solar',
          title: t('energy.node.solar'),
          end: true,
          cell: record => <Energy wattHours={record.energyWh.solar} />,
        },
      ]}
    />
  )
}
