import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Invoice, type Payment, payInvoice, paymentQuery } from '../api/invoices.ts'
import { useSubmit } from '../forms/submit.ts'
import { rememberedPayment, rememberPayment } from '../session/payment-memory.ts'
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
  const [payment, setPayment] = useState(() => rememberedPayment(invoice.id))
  const form = useSubmit<number, Payment>(payInvoice, made => {
    rememberPayment(invoice.id, made.id)
    setPayment(made.id)
    if (made.nextStep) window.location.assign(made.nextStep.url)
  })
  if (!invoice.payable) return null
  return (
    <Stack gap="small">
      {payment !== null && <PaymentProgress id={payment} />}
      <FormProblem problem={form.problem} />
      <Button
        tone="sun"
        wide
        icon={<CardIcon />}
        busy={form.busy}
        data-testid="pay-now"
        onClick={() => void form.send(invoice.id)}
      >
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
  if (status === undefined || status === 'succeeded') return null
  const failed = status === 'failed' || status === 'cancelled'
  const word = failed || status === 'review' ? status : 'pending'
  return (
    <Notice
      mood={failed ? 'bad' : 'plain'}
      icon={failed ? <AlertIcon /> : <InfoIcon />}
      live
      testId="payment-state"
      state={status}
    >
      {t(`invoice.payment.${word}`)}
    </Notice>
  )
}
