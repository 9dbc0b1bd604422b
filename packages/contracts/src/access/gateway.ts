import type { AccessRow } from '../access.ts'

/** Who may call what of gateway. */
export const gatewayAccess: readonly AccessRow[] = []
