import type { AccessRow } from '../access.ts'

/** Who may call what of repairs. */
export const repairsAccess: readonly AccessRow[] = [
  ['GET', '/api/customer/devices', 'device:read:own'],
  ['POST', '/api/customer/devices', 'device:write:own'],
  ['PATCH', '/api/customer/devices/:id', 'device:write:own'],
  ['DELETE', '/api/customer/devices/:id', 'device:write:own'],
  ['GET', '/api/customer/repairs', 'repair:read:own'],
  ['POST', '/api/customer/repairs', 'repair:write:own'],
  ['GET', '/api/customer/repairs/:id', 'repair:read:own'],
  ['PATCH', '/api/customer/repairs/:id', 'repair:write:own'],
  ['POST', '/api/customer/repairs/:id/transitions', 'repair:write:own'],
  ['POST', '/api/customer/repairs/:id/comments', 'repair:write:own'],
  ['GET', '/api/admin/repairs', 'repair:read'],
  ['GET', '/api/admin/repairs/:id', 'repair:read'],
  ['POST', '/api/admin/repairs/:id/transitions', 'repair:write'],
  ['POST', '/api/admin/repairs/:id/comments', 'repair:write'],
]
