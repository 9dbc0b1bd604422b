import type { AccessRow } from '../access.ts'

/** Who may call what of notification. */
export const notificationAccess: readonly AccessRow[] = []
