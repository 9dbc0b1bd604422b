import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { currentInvoiceQuery, type Invoice, invoicesQuery } from '../../../api/invoices.ts'
import { LastDay, Money, MonthName, Technical } from '../../../components/figures.tsx'
import { InvoiceState } from '../../../components/invoice-words.tsx'
import { ButtonLink, Link } from '../../../components/link.tsx'
import { Loaded, Pages, usePages } from '../../../components/loaded.tsx'
import { Page } from '../../../components/page.tsx'
import { EmptyScene } from '../../../components/scenery.tsx'
import { SumFacts } from '../../../components/sum-facts.tsx'
import { Card } from '../../../ui/card.tsx'
import { Stack } from '../../../ui/layout.tsx'
import { Empty } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'

export function InvoicesPage() {
  const { t } = useTranslation()
  const invoices = usePages(invoicesQuery)
  return (
    <Page title={t('invoices.title')} under={t('invoices.lead')}>
      <Stack>
        <Draft />
        <Card tight>
          <Pages
            query={invoices}
            countText={count => t('invoices.count', { count })}
            empty={
              <Empty
                picture={<EmptyScene kind="invoices" />}
                title={t('invoices.emptyTitle')}
                action={<ButtonLink to="/customer/usage">{t('nav.usage')}</ButtonLink>}
              >
                {t('invoices.emptyText')}
              </Empty>
            }
          >
            {rows => <InvoicesTable rows={rows} />}
          </Pages>
        </Card>
      </Stack>
    </Page>
  )
}

/** What this month comes to so far. */
function Draft() {
  const { t } = useTranslation()
  const current = useQuery(currentInvoiceQuery)
  return (
    <Card title={t('invoices.current')} aside={<InvoiceState status="draft" />}>
      <Loaded query={current} rows={1}>
        {draft => (
          <SumFacts
            of={draft}
            total={t('invoice.totalSoFar')}
            before={[{ name: t('invoice.period'), value: <MonthName at={draft.period.from} /> }]}
          />
        )}
      </Loaded>
    </Card>
  )
}

function InvoicesTable({ rows }: { rows: Invoice[] }) {
  const { t } = useTranslation()
  return (
    <Table
      caption={t('invoices.title')}
      rows={rows}
      keyOf={invoice => invoice.id}
      columns={[
        {
          key: 'number',
          title: t('invoice.number'),
          cell: invoice => (
            <Link to="/customer/invoices/$id" params={{ id: String(invoice.id) }}>
              <Technical>{invoice.number}</Technical>
            </Link>
          ),
        },
        { key: 'period', title: t('invoice.period'), cell: invoice => <MonthName at={invoice.period.from} /> },
        { key: 'status', title: t('invoice.statusName'), cell: invoice => <InvoiceState status={invoice.status} /> },
        { key: 'due', title: t('invoice.due'), cell: invoice => <LastDay before={invoice.dueAt} /> },
        {
          key: 'total',
          title: t('invoice.total'),
          end: true,
          cell: invoice => (
            <strong>
              <Money minor={invoice.totalMinor} currency={invoice.currency} />
            </strong>
          ),
        },
      ]}
    />
  )
}
