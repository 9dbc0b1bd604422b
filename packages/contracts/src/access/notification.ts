import type { AccessRow } from '../access.ts'

/** Who may call what of notification. A feed belongs to a person, so everybody who is signed in has one. */
export const notificationAccess: readonly AccessRow[] = [
  ['GET', '/api/customer/notifications', 'signed_in'],
  ['POST', '/api/customer/notifications/:id/read', 'signed_in'],
  ['POST', '/api/customer/notifications/read-all', 'signed_in'],
]
