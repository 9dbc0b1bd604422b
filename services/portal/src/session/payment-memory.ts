/** Which payment of an invoice this tab went off to make, so that it can be followed after the way back. */
const key = (invoiceId: number) => `sahary.payment.${invoiceId}`

export function rememberPayment(invoiceId: number, paymentId: number): void {
  try {
    sessionStorage.setItem(key(invoiceId), String(paymentId))
  } catch {
    // Without it the invoice still turns paid by itself; only the waiting is not shown.
  }
}

export function rememberedPayment(invoiceId: number): number | null {
  try {
    return Number(sessionStorage.getItem(key(invoiceId))) || null
  } catch {
    return null
  }
}
