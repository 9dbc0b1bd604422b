import type { AccessRow } from '../access.ts'

/** Who may call what of solar. */
export const solarAccess: readonly AccessRow[] = []
