import { createHash, createHmac } from 'node:crypto'

/** A refresh token lives this long unused; a session ends for good after the second span. Milliseconds of real time. */
export const refreshIdleMs = 14 * 86_400_000
export const sessionMs = 60 * 86_400_000
/** Two tabs may spend the same token this far apart; both then hold the same successor. */
export const graceMs = 10_000

/** A refresh token as the table knows it, and whether its successor has been spent. */
export type Spendable = { usedAt: Date | null; expiresAt: Date; successorUsed: boolean }
export type SessionEnd = { expiresAt: Date; revokedAt: Date | null }

/** What to do with a presented token: `repeat` gives the successor of a token spent a moment ago once more. */
export type Verdict = 'rotate' | 'repeat' | 'reuse' | 'ended'

/**
 * Judges a presented refresh token at real time `now` (RFC 9700 §4.14.2: rotation, and reuse ends the family).
 * The grace is for the immediate predecessor alone: once its successor has been spent, an older token is a theft.
 */
export function judge(token: Spendable, session: SessionEnd, now: Date): Verdict {
  if (session.revokedAt !== null || session.expiresAt <= now) return 'ended'
  if (token.usedAt === null) return token.expiresAt > now ? 'rotate' : 'ended'
  const withinGrace = now.getTime() - token.usedAt.getTime() <= graceMs
  return withinGrace && !token.successorUsed ? 'repeat' : 'reuse'
}

/** When a refresh token made at `now` in this session ends: idle time, but never past the session itself. */
export const refreshEnd = (now: Date, session: { expiresAt: Date }): Date =>
  new Date(Math.min(now.getTime() + refreshIdleMs, session.expiresAt.getTime()))

/** Opaque, 256 bits, with a prefix that secret scanners can look for. */
export const refreshTokenOf = (bytes: Uint8Array): string => `srt_${Buffer.from(bytes).toString('base64url')}`

/** What is stored of a refresh token: it has 256 bits of its own, so a plain hash suffices. */
export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()

/**
 * The token that follows `token`. Derived with the service's own secret, so that the grace can give the same
 * successor twice although only hashes are stored; without the secret it cannot be guessed from its predecessor.
 */
export const successorOf = (secret: string, token: string): string =>
  refreshTokenOf(createHmac('sha256', secret).update(`refresh successor\n${token}`).digest())
