import type { AccessRow } from '../access.ts'

/** Who may call what of gateway. */
export const gatewayAccess: readonly AccessRow[] = [
  ['GET', '/', 'public'],
  ['GET', '/customer', 'public'],
  ['GET', '/customer/*', 'public'],
  ['GET', '/api/docs', 'public'],
  ['GET', '/api/docs/', 'public'],
  ['GET', '/api/docs/js/scalar.js', 'public'],
  ['GET', '/api/openapi.json', 'public'],
  ['GET', '/api/asyncapi.json', 'public'],
  ['GET', '/api/public/status', 'public'],
  ['GET', '/api/customer/events', 'signed_in'],
  ['GET', '/api/customer/dashboard/stats', 'account:read:own'],
  ['GET', '/api/admin/clock', 'clock:write'],
  ['PUT', '/api/admin/clock', 'clock:write'],
]
