import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { type Invoice, type InvoiceDetail, invoiceQuery } from '../../../api/invoices.ts'
import { sumWh } from '../../../components/day-series.ts'
import { EnergyBySource } from '../../../components/energy-by-source.tsx'
import { Day, LastDay } from '../../../components/figures.tsx'
import { DoneIcon } from '../../../components/icons.tsx'
import { InvoiceLines } from '../../../components/invoice-lines.tsx'
import { InvoicePdf } from '../../../components/invoice-pdf.tsx'
import { InvoiceState } from '../../../components/invoice-words.tsx'
import { Loaded } from '../../../components/loaded.tsx'
import { Page } from '../../../components/page.tsx'
import { PaymentCard } from '../../../components/payment-card.tsx'
import { SumFacts } from '../../../components/sum-facts.tsx'
import { Card } from '../../../ui/card.tsx'
import { Aside, Muted, Stack } from '../../../ui/layout.tsx'
import { Notice } from '../../../ui/state.tsx'

export function InvoicePage() {
  const { t } = useTranslation()
  const { id } = useParams({ from: '/signed-in/customer/invoices/$id' })
  const invoice = useQuery(invoiceQuery(Number(id)))
  const number = invoice.data?.number
  return (
    <Page
      key={number}
      title={number ? t('invoice.titleOf', { number: `\u2066${number}\u2069` }) : t('invoice.one')}
      back={{ to: '/customer/invoices', label: t('invoices.title') }}
      badge={invoice.data && <InvoiceState status={invoice.data.status} />}
      actions={invoice.data && <InvoicePdf id={invoice.data.id} number={invoice.data.number} />}
    >
      <Loaded query={invoice} rows={3} tall>
        {known => <Bill invoice={known} />}
      </Loaded>
    </Page>
  )
}

function Bill({ invoice }: { invoice: InvoiceDetail }) {
  const { t } = useTranslation()
  const { lines, energyWh } = invoice
  return (
    <Aside aside={<Sum invoice={invoice} />}>
      {invoice.paidAt && (
        <Notice mood="good" icon={<DoneIcon />} live testId="paid-notice" title={t('invoice.paidTitle')}>
          {t('invoice.paidText')} <Day at={invoice.paidAt} />
        </Notice>
      )}
      <Card title={t('invoice.lines')} tight>
        <InvoiceLines lines={lines} currency={invoice.currency} />
      </Card>
      <Card title={t('invoice.receipt')}>
        <Stack gap="small">
          <Muted>{t('invoice.receiptText')}</Muted>
          <EnergyBySource energy={energyWh} totalWh={sumWh(Object.values(energyWh))} />
        </Stack>
      </Card>
    </Aside>
  )
}

function Sum({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation()
  return (
    <Card title={t('invoice.summary')}>
      <Stack>
        <SumFacts
          of={invoice}
          total={t('invoice.total')}
          testId="invoice-total"
          before={[
            { name: t('invoice.issued'), value: <Day at={invoice.issuedAt} /> },
            { name: t('invoice.due'), value: <LastDay before={invoice.dueAt} /> },
          ]}
        />
        <PaymentCard invoice={invoice} />
      </Stack>
    </Card>
  )
}
