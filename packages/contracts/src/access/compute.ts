import type { AccessRow } from '../access.ts'

/** Who may call what of compute. */
export const computeAccess: readonly AccessRow[] = []
