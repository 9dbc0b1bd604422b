import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { type Invoice, payInvoice, type Payment, paymentQuery } from '../api/invoices.ts'
import { useSubmit } from '../forms/submit.ts'
import { Button } from '../ui/button.tsx'
import { Stack } from '../ui/layout.tsx'
import { Notice } from '../ui/state.tsx'
import { CardIcon } from './icons.tsx'
import { AlertIcon, InfoIcon } from './icons-entry.tsx'
import { FormProblem } from './problem.tsx'

const underWay = ['opening', 'pending', 'cancelling']

/** Paying: off to the provider's own page, and back; whether it was paid the platform says, never the way back. */
export function PaymentCard({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { payment } = useSearch({ from: '/signed-in/customer/invoices/$id' })
  const form = useSubmit<object, Payment>(
    (method, key) => payInvoice(invoice.id, method, key),
    made => {
      if (made.nextStep) return window.location.assign(made.nextStep.url)
      void navigate({ to: '/customer/invoices/$id', params: { id: String(invoice.id) }, search: { payment: made.id } })
    },
  )
  if (invoice.status !== 'open' && invoice.status !== 'overdue') return null
  return (
    <Stack gap="small">
      {payment !== undefined && <PaymentProgress id={payment} />}
      <FormProblem problem={form.problem} />
      <Button tone="sun" wide icon={<CardIcon />} busy={form.busy} data-testid="pay-now" onClick={() => void form.send({ type: 'card' })}>
        {t('invoice.pay')}
      </Button>
    </Stack>
  )
}

/** A payment on its way: looked at every two seconds until the platform knows how it ended. */
function PaymentProgress({ id }: { id: number }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const { data: payment } = useQuery({
    ...paymentQuery(id),
    refetchInterval: query => (query.state.data && !underWay.includes(query.state.data.status) ? false : 2_000),
  })
  const status = payment?.status
  useEffect(() => {
    if (status === 'succeeded') void queries.invalidateQueries({ queryKey: ['invoices'] })
  }, [status, queries])
  if (status === undefined) return null
  if (underWay.includes(status))
    return (
      <Notice mood="plain" icon={<InfoIcon />} live testId="payment-state" state={status}>
        {t('invoice.payment.pending')}
      </Notice>
    )
  if (status === 'failed' || status === 'cancelled')
    return (
      <Notice mood="bad" icon={<AlertIcon />} live testId="payment-state" state={status}>
        {t(`invoice.payment.${status}`)}
      </Notice>
    )
  return null
}
