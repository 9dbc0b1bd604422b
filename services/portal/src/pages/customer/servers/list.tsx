import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { currentInvoiceQuery, type InvoiceLine } from '../../../api/invoices.ts'
import { type Vm, vmsQuery } from '../../../api/vms.ts'
import { Memory, Money, Technical } from '../../../components/figures.tsx'
import { PlusIcon } from '../../../components/icons.tsx'
import { ButtonLink, Link } from '../../../components/link.tsx'
import { Pages, usePages } from '../../../components/loaded.tsx'
import { Page } from '../../../components/page.tsx'
import { EmptyScene } from '../../../components/scenery.tsx'
import { SupplyBadge, VmStatus } from '../../../components/vm-words.tsx'
import { Card } from '../../../ui/card.tsx'
import { Muted } from '../../../ui/layout.tsx'
import { Empty } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'

export function ServersPage() {
  const { t } = useTranslation()
  const vms = usePages(vmsQuery)
  const create = (
    <ButtonLink to="/customer/servers/new" tone="sun" icon={<PlusIcon />}>
      {t('servers.new')}
    </ButtonLink>
  )
  return (
    <Page title={t('servers.title')} under={t('servers.lead')} actions={create}>
      <Card tight>
        <Pages
          query={vms}
          countText={count => t('servers.count', { count })}
          empty={
            <Empty picture={<EmptyScene kind="servers" />} title={t('servers.emptyTitle')} action={create}>
              {t('servers.emptyText')}
            </Empty>
          }
        >
          {rows => <ServersTable rows={rows} />}
        </Pages>
      </Card>
    </Page>
  )
}

function ServersTable({ rows }: { rows: Vm[] }) {
  const { t } = useTranslation()
  const { data: draft } = useQuery(currentInvoiceQuery)
  const costs = costsByVm(draft?.lines ?? [])
  return (
    <Table
      caption={t('servers.title')}
      rows={rows}
      keyOf={vm => vm.id}
      columns={[
        {
          key: 'name',
          title: t('servers.name'),
          cell: vm => (
            <Link to="/customer/servers/$id" params={{ id: String(vm.id) }}>
              <bdi>{vm.name}</bdi>
            </Link>
          ),
        },
        { key: 'status', title: t('servers.status'), cell: vm => <VmStatus status={vm.status} /> },
        { key: 'supply', title: t('servers.supply'), cell: vm => <SupplyBadge supply={vm.spec.supplyClass} /> },
        {
          key: 'size',
          title: t('servers.size'),
          cell: vm => (
            <Muted>
              <bdi>{vm.spec.vmType}</bdi> · <Memory mib={vm.spec.memoryMib} />
            </Muted>
          ),
        },
        { key: 'address', title: t('servers.address'), cell: vm => <Technical>{vm.ssh.host}</Technical> },
        {
          key: 'cost',
          title: t('servers.cost'),
          end: true,
          cell: vm => (draft ? <Money minor={costs.get(vm.id) ?? 0} currency={draft.currency} /> : '—'),
        },
      ]}
    />
  )
}

/** What each server has cost this month so far, before VAT. */
function costsByVm(lines: readonly InvoiceLine[]): Map<number, number> {
  const costs = new Map<number, number>()
  for (const { vmId, amountMinor } of lines) costs.set(vmId, (costs.get(vmId) ?? 0) + amountMinor)
  return costs
}
