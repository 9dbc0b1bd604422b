import { billingAccess } from './access/billing.ts'
import { computeAccess } from './access/compute.ts'
import { gatewayAccess } from './access/gateway.ts'
import { identityAccess } from './access/identity.ts'
import { meteringAccess } from './access/metering.ts'
import { notificationAccess } from './access/notification.ts'
import { repairsAccess } from './access/repairs.ts'
import { solarAccess } from './access/solar.ts'
import type { Permission } from './roles.ts'

/**
 * One route: method and Fastify path template, and who may call it: `public` (nobody need sign in),
 * `signed_in` (anybody who has), or a permission that one of the caller's roles must grant.
 */
export type AccessRow = readonly [
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  allow: 'public' | 'signed_in' | Permission,
]

/** The whole access table; a route that is missing here does not start. */
export const accessTable: readonly AccessRow[] = [
  ...gatewayAccess,
  ...identityAccess,
  ...computeAccess,
  ...meteringAccess,
  ...billingAccess,
  ...solarAccess,
  ...notificationAccess,
  ...repairsAccess,
]

/** The row for a route, or undefined. */
export const accessOf = (method: string, path: string): AccessRow | undefined =>
  accessTable.find(row => row[0] === method && row[1] === path)
