import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type {
  GetApiCustomerInvoicesByIdResponse,
  GetApiCustomerInvoicesCurrentResponse,
  GetApiCustomerInvoicesResponse,
  GetApiCustomerPaymentsByIdResponse,
} from '../client/types.gen.ts'
import { ask, dataOf, fetchAnswer } from './request.ts'

export type Invoice = GetApiCustomerInvoicesResponse['data'][number]
export type InvoiceDetail = GetApiCustomerInvoicesByIdResponse['data']
export type InvoiceLine = InvoiceDetail['lines'][number]
export type Draft = GetApiCustomerInvoicesCurrentResponse['data']
export type InvoiceStatus = Invoice['status'] | Draft['status']
export type Payment = GetApiCustomerPaymentsByIdResponse['data']
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
