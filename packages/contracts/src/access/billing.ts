import type { AccessRow } from '../access.ts'

/** Who may call what of billing. */
export const billingAccess: readonly AccessRow[] = []
