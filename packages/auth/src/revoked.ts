import { Refusal } from '@sahary/contracts/refusal'
import type { Principal } from './principal.ts'
import { accessTokenLifetimeS } from './sign.ts'

/** The events of identity that revoke tokens. */
export type RevokingEvent =
  | { type: 'session.revoked'; time: string; data: { sessionId: string; revokedAt: string } }
  | { type: 'user.deactivated' | 'user.roles_changed'; time: string; data: { userId: number } }

/** The tokens that died before they expired. */
export type Revoked = {
  /** Takes one of identity's events; the same one twice changes nothing. */
  hear(event: RevokingEvent): void
  /** Tokens of `sessionId` that were issued up to `at` are dead. */
  session(sessionId: string, at: Date): void
  /** Tokens of the user that were issued up to `at` are dead: deactivated, or with other roles since. */
  user(userId: number, at: Date): void
  /** Throws `token_invalid` for a token that is dead. */
  refuse(principal: Principal, issuedAt: Date): void
  size(): number
}

/**
 * The revocations of the last minutes, in memory: an entry is forgotten once every token it could concern has expired.
 * Fed by `session.revoked`, `user.deactivated` and `user.roles_changed`, in every replica.
 */
export function createRevoked(now: () => Date = () => new Date()): Revoked {
  const entries = new Map<string, number>()
  // A token lives so long after it was issued, and clocks differ a little.
  const lifetimeMs = (accessTokenLifetimeS + 60) * 1000
  const add = (key: string, at: Date) => {
    for (const [old, time] of entries) {
      if (time + lifetimeMs > now().getTime()) break
      entries.delete(old)
    }
    const time = Math.max(at.getTime(), entries.get(key) ?? 0)
    entries.delete(key)
    if (time + lifetimeMs > now().getTime()) entries.set(key, time)
  }
  const dead = (key: string, issuedAt: Date) => issuedAt.getTime() <= (entries.get(key) ?? Number.NEGATIVE_INFINITY)
  const session = (sessionId: string, at: Date) => add(`session ${sessionId}`, at)
  const user = (userId: number, at: Date) => add(`user ${userId}`, at)
  return {
    session,
    user,
    hear: event => {
      if (event.type === 'session.revoked') return session(event.data.sessionId, realTime(event.data.revokedAt, now()))
      const at = realTime(event.time, now())
      // A token with the new roles may be issued within the second of the change; it has to live.
      if (event.type === 'user.roles_changed') at.setTime(Math.floor(at.getTime() / 1000) * 1000 - 1)
      user(event.data.userId, at)
    },
    refuse: (principal, issuedAt) => {
      if (dead(`session ${principal.sessionId}`, issuedAt) || dead(`user ${principal.userId}`, issuedAt))
        throw new Refusal('token_invalid')
    },
    size: () => entries.size,
  }
}

/** Tokens live in real time; an event told by a business clock that runs ahead counts from when it is heard. */
const realTime = (text: string, now: Date): Date => new Date(Math.min(Date.parse(text), now.getTime()))
