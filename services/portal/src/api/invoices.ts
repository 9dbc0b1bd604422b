import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { ask, dataOf, fetchAnswer } from './request.ts'
import type { BySource } from './usage.ts'
import type { SupplyClass } from './vms.ts'

export type InvoiceStatus = 'draft' | 'open' | 'overdue' | 'paid' | 'void'
export type InvoiceLine = {
  vmId: number
  vmName: string
  vmType: string
  supplyClass: SupplyClass
  kind: 'vcpu' | 'memory' | 'disk'
  quantity: string
  unitPrice: string
  netMinor: number
  vatMinor: number
  energyWh: BySource
}
/** A final invoice. The draft of the current month has no number and no dates yet. */
export type Invoice = {
  id: number
  number: string
  status: InvoiceStatus
  period: { from: string; to: string }
  currency: string
  netMinor: number
  vatMinor: number
  vatPercent: string
  totalMinor: number
  finalizedAt: string
  dueAt: string
  paidAt: string | null
  lines?: InvoiceLine[]
  energyWh: BySource
}
export type Draft = Pick<Invoice, 'period' | 'currency' | 'netMinor' | 'vatMinor' | 'vatPercent' | 'totalMinor' | 'lines' | 'energyWh'>
export type Payment = { id: number; invoiceId: number; status: string; amountMinor: number; currency: string; nextStep: { url: string } | null }
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
    queryFn: ({ signal }) => dataOf<Invoice>('GET', `/api/customer/invoices/${id}`, { signal }),
  })
export const paymentQuery = (id: number) =>
  queryOptions({
    queryKey: ['payments', id],
    queryFn: ({ signal }) => dataOf<Payment>('GET', `/api/customer/payments/${id}`, { signal }),
  })
export const payInvoice = (id: number, method: object, idempotencyKey: string): Promise<Payment> =>
  dataOf('POST', `/api/customer/invoices/${id}/payments`, { body: { method }, idempotencyKey })

/** The document as it was issued, as a file. */
export async function invoicePdf(id: number, lang: 'ar' | 'en'): Promise<Blob> {
  const response = await fetchAnswer('GET', `/api/customer/invoices/${id}/pdf`, { query: { lang } })
  return response.blob()
}
