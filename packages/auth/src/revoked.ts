import { Refusal } from '@sahary/contracts/refusal'
import type { Principal } from './principal.ts'
import { accessTokenLifetimeS } from './sign.ts'

/** The events of identity that revoke tokens. */
export type RevokingEvent =
  | { type: 'session.revoked'; data: { sessionId: string; revokedAt: string } }
  | { type: 'user.deactivated' | 'user.roles_changed'; data: { userId: number } }

/** The tokens that died before they expired. */
export type Revoked = {
  /** Takes one of identity's events, told at the real instant `at`; the same one twice changes nothing. */
  hear(event: RevokingEvent, at?: Date): void
  /** Tokens of `sessionId` that were issued up to `at` are dead. */
  session(sessionId: string, at: Date): void
  /** Tokens of the user that were issued up to `at` are dead. */
  user(userId: number, at: Date): void
  /** Throws `token_invalid` for a token that is dead. */
  refuse(principal: Principal, issuedAt: Date): void
  size(): number
}

/**
 * The revocations of the last minutes, in memory: an entry is forgotten once every token it could concern has expired.
 * Tokens live in real time, so an instant of a business clock that runs ahead counts as now.
 */
export function createRevoked(now: () => Date = () => new Date()): Revoked {
  const entries = new Map<string, number>()
  // A token lives so long after it was issued, and clocks differ a little.
  const lifetimeMs = (accessTokenLifetimeS + 60) * 1000
  const add = (key: string, at: Date) => {
    const present = now().getTime()
    for (const [old, time] of entries) if (time + lifetimeMs <= present) entries.delete(old)
    const time = Math.min(at.getTime(), present)
    if (time + lifetimeMs > present) entries.set(key, Math.max(time, entries.get(key) ?? 0))
  }
  const dead = (key: string, issuedAt: Date) => issuedAt.getTime() <= (entries.get(key) ?? Number.NEGATIVE_INFINITY)
  const session = (sessionId: string, at: Date) => add(`session ${sessionId}`, at)
  const user = (userId: number, at: Date) => add(`user ${userId}`, at)
  return {
    session,
    user,
    hear: (event, at = now()) => {
      if (event.type === 'session.revoked') session(event.data.sessionId, new Date(event.data.revokedAt))
      else if (event.type === 'user.deactivated') user(event.data.userId, at)
      // A token with the new roles may be issued within the second of the change; it has to live.
      else user(event.data.userId, new Date(Math.floor(at.getTime() / 1000) * 1000 - 1))
    },
    refuse: (principal, issuedAt) => {
      if (dead(`session ${principal.sessionId}`, issuedAt) || dead(`user ${principal.userId}`, issuedAt))
        throw new Refusal('token_invalid')
    },
    size: () => entries.size,
  }
}
