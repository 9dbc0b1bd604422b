import type { AccessRow } from '../access.ts'

/** Who may call what of identity. */
export const identityAccess: readonly AccessRow[] = []
