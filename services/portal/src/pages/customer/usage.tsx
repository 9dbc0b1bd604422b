import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { currentInvoiceQuery } from '../../api/invoices.ts'
import { type UsageRecord, usageQuery } from '../../api/usage.ts'
import { sumWh } from '../../components/day-series.ts'
import { EnergyBySource } from '../../components/energy-by-source.tsx'
import { At, Count, Energy, Money } from '../../components/figures.tsx'
import { ButtonLink } from '../../components/link.tsx'
import { Loaded } from '../../components/loaded.tsx'
import { Page } from '../../components/page.tsx'
import { EmptyScene } from '../../components/scenery.tsx'
import { SupplyBadge } from '../../components/vm-words.tsx'
import { Card, Facts } from '../../ui/card.tsx'
import { Stack } from '../../ui/layout.tsx'
import { Empty } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'

export function UsagePage() {
  const { t } = useTranslation()
  const usage = useQuery(usageQuery())
  return (
    <Page title={t('usage.title')} under={t('usage.lead')}>
      <Stack>
        <ThisMonth />
        <Loaded query={usage} rows={3}>
          {({ records, totals, soFar }) => (
            <>
              <Card title={t('usage.energy')} aside={t('usage.lastThirty')}>
                <Stack>
                  <EnergyBySource energy={totals.energyWh} totalWh={totals.totalWh} />
                  <Facts
                    facts={[
                      { name: t('usage.runningHours'), value: <Count value={totals.runningHours} places={2} /> },
                      { name: t('usage.vcpuHours'), value: <Count value={hoursOf(totals.vcpuSeconds)} places={2} /> },
                      { name: t('usage.shedHours'), value: <Count value={hoursOf(totals.shedSeconds)} places={2} /> },
                      { name: t('usage.runningNow'), value: <Count value={serversOf(soFar)} /> },
                    ]}
                  />
                </Stack>
              </Card>
              <Card title={t('usage.records')} tight>
                {records.length === 0 ? (
                  <Empty
                    picture={<EmptyScene kind="usage" />}
                    title={t('usage.emptyTitle')}
                    action={<ButtonLink to="/customer/servers/new">{t('servers.new')}</ButtonLink>}
                  >
                    {t('usage.emptyText')}
                  </Empty>
                ) : (
                  <Records records={records} />
                )}
              </Card>
            </>
          )}
        </Loaded>
      </Stack>
    </Page>
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
        {draft => (
          <Facts
            facts={[
              { name: t('invoice.net'), value: <Money minor={draft.netMinor} currency={draft.currency} /> },
              { name: t('invoice.vat'), value: <Money minor={draft.vatMinor} currency={draft.currency} /> },
              {
                name: t('invoice.totalSoFar'),
                value: <Money minor={draft.totalMinor} currency={draft.currency} testId="month-total" />,
              },
            ]}
          />
        )}
      </Loaded>
    </Card>
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
        { key: 'from', title: t('usage.from'), cell: record => <At at={record.from} /> },
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
