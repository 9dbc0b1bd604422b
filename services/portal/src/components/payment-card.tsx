import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query'
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

/** A payment that was begun: looked at until it is known how it ended, every two seconds and after a minute less often. */
function usePayment(id: number | null): UseQueryResult<Payment> {
  const queries = useQueryClient()
  const payment = useQuery({
    ...paymentQuery(id ?? 0),
    enabled: id !== null,
    refetchInterval: ({ state }) => {
      if (state.data && !underWay.includes(state.data.status)) return false
      return state.dataUpdateCount < 30 ? 2_000 : 30_000
    },
  })
  const paid = payment.data?.status === 'succeeded'
  useEffect(() => {
    if (paid) void queries.invalidateQueries({ queryKey: ['invoices'] })
  }, [paid, queries])
  return payment
}

/**
 * Paying: off to the provider's own page, and back; whether it was paid the platform says, never the way back. As long
 * as a payment can still be made on that page, the button leads there and begins no other.
 */
export function PaymentCard({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [begun, setBegun] = useState(() => rememberedPayment(invoice.id))
  const { data: payment, isLoading } = usePayment(begun)
  const form = useSubmit<number, Payment>(payInvoice, made => {
    rememberPayment(invoice.id, made.id)
    queries.setQueryData(paymentQuery(made.id).queryKey, made)
    setBegun(made.id)
    if (made.nextStep) window.location.assign(made.nextStep.url)
  })
  if (!invoice.payable) return null
  const page = payment?.nextStep?.url
  return (
    <Stack gap="small">
      {payment && <PaymentProgress status={payment.status} />}
      <FormProblem problem={form.problem} />
      <Button
        tone="sun"
        wide
        icon={<CardIcon />}
        busy={form.busy || isLoading || payment?.status === 'succeeded'}
        data-testid="pay-now"
        onClick={() => (page ? window.location.assign(page) : void form.send(invoice.id))}
      >
        {t(page ? 'invoice.payOn' : 'invoice.pay')}
      </Button>
    </Stack>
  )
}

/** How a payment that was begun stands. */
function PaymentProgress({ status }: Pick<Payment, 'status'>) {
  const { t } = useTranslation()
  if (status === 'succeeded') return null
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
