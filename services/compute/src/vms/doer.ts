import type { Principal } from '@sahary/auth/principal'

/** Who does something, for which account, when (business time), and what the audit writes down of them. */
export type Doer = {
  accountId: number
  userId: number
  at: Date
  audit: { actor: { userId: number }; accountId: number; requestId: string; at: Date }
}

export const doerOf = (caller: Principal & { accountId: number }, requestId: string, at: Date): Doer => ({
  accountId: caller.accountId,
  userId: caller.userId,
  at,
  audit: { actor: { userId: caller.userId }, accountId: caller.accountId, requestId, at },
})
