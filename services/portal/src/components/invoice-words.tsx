import { useTranslation } from 'react-i18next'
import type { InvoiceStatus } from '../api/invoices.ts'
import { type Mood, Status } from '../ui/state.tsx'

const moods: Record<InvoiceStatus, Mood> = { draft: 'rest', due: 'warn', overdue: 'bad', paid: 'good', voided: 'plain' }

/** How an invoice stands. */
export function InvoiceState({ status }: { status: InvoiceStatus }) {
  const { t } = useTranslation()
  return (
    <Status mood={moods[status] ?? 'plain'} state={status} testId="invoice-status">
      {t(`invoice.status.${status}`)}
    </Status>
  )
}
