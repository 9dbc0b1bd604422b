import type { AccessRow } from '../access.ts'

/** Who may call what of repairs. */
export const repairsAccess: readonly AccessRow[] = []
