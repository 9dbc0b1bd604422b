import { type Kysely, sql } from 'kysely'
import type { Database } from '../app.ts'
import type { SessionEnd, Spendable } from './session.ts'

export type NewSession = {
  id: string
  userId: number
  client: 'portal' | 'api'
  network: string
  userAgent: string | null
  at: Date
  expiresAt: Date
}
export type Session = SessionEnd & { id: string; userId: number }

export async function insertSession(db: Kysely<Database>, session: NewSession): Promise<void> {
  await db
    .insertInto('session')
    .values({
      id: session.id,
      user_id: session.userId,
      client: session.client,
      network: session.network,
      user_agent: session.userAgent,
      created_at: session.at,
      expires_at: session.expiresAt,
    })
    .execute()
}

export type NewRefreshToken = { hash: Buffer; sessionId: string; generation: number; at: Date; expiresAt: Date }

export async function insertRefreshToken(db: Kysely<Database>, token: NewRefreshToken): Promise<void> {
  await db
    .insertInto('refresh_token')
    .values({
      hash: token.hash,
      session_id: token.sessionId,
      generation: token.generation,
      issued_at: token.at,
      expires_at: token.expiresAt,
    })
    .execute()
}

/** The session that a refresh token belongs to, locked: whoever else presents one of its tokens waits. */
export async function lockSessionOf(db: Kysely<Database>, hash: Buffer): Promise<Session | null> {
  const row = await db
    .selectFrom('session')
    .select(['id', 'user_id', 'expires_at', 'revoked_at'])
    .where('id', '=', query => query.selectFrom('refresh_token').select('session_id').where('hash', '=', hash))
    .forUpdate()
    .executeTakeFirst()
  return row ? { id: row.id, userId: Number(row.user_id), expiresAt: row.expires_at, revokedAt: row.revoked_at } : null
}

/** A refresh token of a locked session, and whether its successor was spent. */
export async function refreshTokenBy(db: Kysely<Database>, hash: Buffer): Promise<Spendable & { generation: number }> {
  const row = await db
    .selectFrom('refresh_token as token')
    .leftJoin('refresh_token as successor', join =>
      join
        .onRef('successor.session_id', '=', 'token.session_id')
        .on('successor.generation', '=', sql<number>`token.generation + 1`),
    )
    .select(['token.generation', 'token.used_at', 'token.expires_at', 'successor.used_at as successor_used_at'])
    .where('token.hash', '=', hash)
    .executeTakeFirstOrThrow()
  return {
    generation: row.generation,
    usedAt: row.used_at,
    expiresAt: row.expires_at,
    successorUsed: row.successor_used_at !== null,
  }
}

/** Spends a token once: true for whoever was first. */
export async function spend(db: Kysely<Database>, hash: Buffer, at: Date): Promise<boolean> {
  const spent = await db
    .updateTable('refresh_token')
    .set({ used_at: at })
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .returning('generation')
    .executeTakeFirst()
  return spent !== undefined
}

export type Revocation = { reason: 'signed_out' | 'reuse'; at: Date }

/** Ends a session; false when it had ended before. */
export async function endSession(db: Kysely<Database>, id: string, { reason, at }: Revocation): Promise<boolean> {
  const ended = await db
    .updateTable('session')
    .set({ revoked_at: at, revoked_reason: reason })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return ended !== undefined
}

/** True while a session and its user may act at real time `now`. */
export async function isLive(db: Kysely<Database>, id: string, now: Date): Promise<boolean> {
  const row = await db
    .selectFrom('session')
    .innerJoin('person', 'person.id', 'session.user_id')
    .select('session.id')
    .where('session.id', '=', id)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .where('deactivated_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

/** Forgets sessions that ended before `before`, with their tokens; at most `most` at a time. Gives how many. */
export async function forgetSessions(db: Kysely<Database>, before: Date, most: number): Promise<number> {
  const old = db.selectFrom('session').select('id').where('expires_at', '<', before).limit(most)
  const { numDeletedRows } = await db.deleteFrom('session').where('id', 'in', old).executeTakeFirstOrThrow()
  return Number(numDeletedRows)
}
