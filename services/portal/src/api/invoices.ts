import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { ask, dataOf, fetchAnswer } from './request.ts'
import type { BySource } from './usage.ts'
import type { SupplyClass } from './vms.ts'

export type InvoiceStatus = 'draft' | 'due' | 'overdue' | 'paid' | 'voided'
export type InvoiceLine = {
  position: number
  vmId: number
  vmName: string
  supplyClass: SupplyClass
  kind: 'vcpu' | 'memory' | 'disk'
  quantity: string
  unitPrice: string
  amountMinor: number
  energyWh: BySource
  /** The month that the line corrects. */
  adjusts: string | null
}
/** What the drafts of months that run and final invoices have in common. */
type Sums = {
  period: { from: string; to: string }
  currency: string
  netMinor: number
  vatMinor: number
  vatPercent: string
  totalMinor: number
}
export type Draft = Sums & { status: 'draft'; lines: InvoiceLine[]; energyWh: BySource }
export type Invoice = Sums & {
  id: number
  number: string
  status: InvoiceStatus
  issuedAt: string
  dueAt: string
  paidAt: string | null
  payable: boolean
}
export type InvoiceDetail = Invoice & { lines: InvoiceLine[]; energyWh: BySource }
export type Payment = {
  id: number
  invoiceId: number
  status: 'opening' | 'pending' | 'succeeded' | 'failed' | 'cancelling' | 'cancelled' | 'refunding' | 'refunded' | 'review'
  nextStep: { type: 'redirect'; url: string } | null
}
type Next = { nextCursor: string | null }

export const invoicesQuery = infiniteQueryOptions({
  queryKey: ['invoices', 'list'],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam, signal }) =>
    ask<Invoice[], Next>('GET', '/api/customer/invoices', { query: { limit: 25, cursor: pageParam }, signal }),
  getNextPageParam: last => last.meta?.nextCursor ?? undefined,
})
export const currentInvoiceQuery = queryOptions({
  queryKey: ['invoices', 'current'],
  queryFn: ({ signal }) => dataOf<Draft>('GET', '/api/customer/invoices/current', { signal }),
})
export const invoiceQuery = (id: number) =>
  queryOptions({
    queryKey: ['invoices', id],
    queryFn: ({ signal }) => dataOf<InvoiceDetail>('GET', `/api/customer/invoices/${id}`, { signal }),
  })
export const paymentQuery = (id: number) =>
  queryOptions({
    queryKey: ['payments', id],
    queryFn: ({ signal }) => dataOf<Payment>('GET', `/api/customer/payments/${id}`, { signal }),
  })
/** Begins a payment on the provider's page; the payer comes back to the invoice. */
export const payInvoice = (id: number, idempotencyKey: string): Promise<Payment> =>
  dataOf('POST', `/api/customer/invoices/${id}/payments`, {
    body: { method: { type: 'checkout', returnPath: `/customer/invoices/${id}` } },
    idempotencyKey,
  })

/** The document as it was issued, as a file. */
export async function invoicePdf(id: number, lang: 'ar' | 'en'): Promise<Blob> {
  const response = await fetchAnswer('GET', `/api/customer/invoices/${id}/pdf`, { query: { lang } })
  return response.blob()
}
