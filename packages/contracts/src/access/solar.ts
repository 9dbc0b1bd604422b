import type { AccessRow } from '../access.ts'

/** Who may call what of solar. */
export const solarAccess: readonly AccessRow[] = [
  ['GET', '/api/public/energy', 'public'],
  ['GET', '/api/customer/energy', 'energy:read:own'],
  ['GET', '/api/admin/sites', 'site:read'],
  ['POST', '/api/admin/sites', 'site:write'],
  ['GET', '/api/admin/sites/:id', 'site:read'],
  ['PATCH', '/api/admin/sites/:id', 'site:write'],
  ['GET', '/api/admin/sites/:id/inverters', 'site:read'],
  ['POST', '/api/admin/sites/:id/inverters', 'site:write'],
  ['POST', '/api/admin/sites/:id/level', 'power:override'],
]
