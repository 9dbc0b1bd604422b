import type { AccessRow } from '../access.ts'

/** Who may call what of metering. */
export const meteringAccess: readonly AccessRow[] = [
  ['GET', '/api/customer/usage', 'usage:read:own'],
  ['GET', '/api/admin/slots', 'site:read'],
]
