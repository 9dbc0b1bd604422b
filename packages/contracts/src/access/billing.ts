import type { AccessRow } from '../access.ts'

/** Who may call what of billing. */
export const billingAccess: readonly AccessRow[] = [
  ['GET', '/api/public/prices', 'public'],
  ['GET', '/api/customer/invoices', 'invoice:read:own'],
  ['GET', '/api/customer/invoices/current', 'invoice:read:own'],
  ['GET', '/api/customer/invoices/:id', 'invoice:read:own'],
  ['GET', '/api/customer/invoices/:id/pdf', 'invoice:read:own'],
  ['POST', '/api/customer/invoices/:id/payments', 'invoice:pay:own'],
  ['GET', '/api/customer/payments/:id', 'invoice:read:own'],
  // Signed by the card network; see Standard Webhooks.
  ['POST', '/webhooks/payments/sandbox', 'public'],
]
