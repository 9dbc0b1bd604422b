import type { AccessRow } from '../access.ts'

/** Who may call what of identity. */
export const identityAccess: readonly AccessRow[] = [
  ['POST', '/api/auth/register', 'public'],
  ['POST', '/api/auth/login', 'public'],
  ['POST', '/api/auth/refresh', 'public'],
  ['POST', '/api/auth/logout', 'public'],
  ['GET', '/.well-known/jwks.json', 'public'],
  ['GET', '/api/customer/profile', 'signed_in'],
  ['GET', '/api/admin/users', 'user:read'],
]
