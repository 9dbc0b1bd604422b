import { Id, IdText, Locale } from '@sahary/contracts/fields'
import type { MemberRole } from '@sahary/contracts/roles'
import { memberRoles } from '@sahary/contracts/roles'
import { z } from 'zod'

/** Who calls: a person, acting for an account, or staff, or both. */
export type Principal = {
  userId: number
  accountId: number | null
  memberRole: MemberRole | null
  /** Staff roles. */
  roles: string[]
  sessionId: string
  locale: Locale
}

/** All roles of `principal`, as `grants` of contracts takes them. */
export const principalRoles = (principal: Principal): string[] =>
  principal.memberRole && principal.accountId !== null ? [principal.memberRole, ...principal.roles] : principal.roles

/** What an access token says beside the registered claims; `sub` is the user's id. */
export const Claims = z.object({
  sub: IdText,
  sid: z.uuid(),
  account: Id.nullable(),
  member: z.enum(memberRoles).nullable(),
  roles: z.array(z.string()).max(32),
  locale: Locale,
  iat: z.number(),
})

/** A token's claims as a principal. */
export const principalOf = (claims: z.output<typeof Claims>): Principal => ({
  userId: claims.sub,
  accountId: claims.account,
  memberRole: claims.member,
  roles: claims.roles,
  sessionId: claims.sid,
  locale: claims.locale,
})
