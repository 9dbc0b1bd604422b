import { randomBytes, randomUUID } from 'node:crypto'
import type { Principal } from '@sahary/auth/principal'
import { emit } from '@sahary/bus/emit'
import { Refusal } from '@sahary/contracts/refusal'
import { audit } from '@sahary/db/audit'
import type { Tx } from '@sahary/db/connect'
import type { Kysely } from 'kysely'
import { raiseAlert } from '../alert/actions.ts'
import type { Database, Deps } from '../app.ts'
import { slowDown } from '../slowdown/actions.ts'
import { signInBuckets } from '../slowdown/slowdown.ts'
import type { Identifier } from '../user/identifier.ts'
import { personBy } from '../user/store.ts'
import type { User } from '../user/user.ts'
import { hashOf, judge, refreshEnd, refreshTokenOf, sessionMs, successorOf } from './session.ts'
import * as store from './store.ts'

/** Both clocks: `at` is business time for events and audit, `now` real time for tokens. */
export type Times = { at: Date; now: Date }
export type Caller = { client: 'portal' | 'api'; network: string; userAgent: string | null; requestId: string }
export type Opened = { sessionId: string; refreshToken: string; refreshExpiresAt: Date }

/**
 * The person whose password this is. Unknown people, wrong passwords and deactivated people who give a wrong
 * password get the same refusal after the same work; each try is counted before anything is looked up.
 */
export async function provePerson(
  { db, passwords, slowdown, rates }: Pick<Deps, 'db' | 'passwords' | 'slowdown' | 'rates'>,
  { identifier, password, network }: { identifier: Identifier; password: string; network: string },
): Promise<User> {
  const buckets = signInBuckets(rates, identifier.value, network)
  await slowDown(slowdown, buckets)
  const person = await personBy(db, identifier)
  const right = await passwords.matches(password, person?.passwordHash ?? null)
  if (!person || !right) throw new Refusal('sign_in_failed')
  await slowdown.giveBack(buckets)
  if (!person.user.active) throw new Refusal('user_deactivated')
  return person.user
}

/** A new session with its first refresh token. */
export async function openSession(
  tx: Tx<Database>,
  user: User,
  accountId: number | null,
  { at, now, ...caller }: Times & Caller,
): Promise<Opened> {
  const sessionId = randomUUID()
  const refreshToken = refreshTokenOf(randomBytes(32))
  const expiresAt = new Date(now.getTime() + sessionMs)
  const refreshExpiresAt = refreshEnd(now, { expiresAt })
  await store.insertSession(tx, { ...caller, id: sessionId, userId: user.id, at: now, expiresAt })
  const first = { hash: hashOf(refreshToken), sessionId, generation: 1, at: now, expiresAt: refreshExpiresAt }
  await store.insertRefreshToken(tx, first)
  await emit(tx, 'user.signed_in', user.id, { userId: user.id, sessionId, accountId }, { at })
  await audit(tx, {
    actor: { userId: user.id },
    action: 'session.open',
    objectType: 'session',
    objectId: sessionId,
    accountId,
    after: { client: caller.client, network: caller.network },
    requestId: caller.requestId,
    at,
  })
  return { sessionId, refreshToken, refreshExpiresAt }
}

export type Refreshed = Opened & { userId: number }

/**
 * Spends a refresh token and gives its successor, or null when the session is over. A token that was spent before
 * ends the whole family here and now; the caller commits that and then refuses.
 */
export async function refresh(
  tx: Tx<Database>,
  token: string,
  secret: string,
  { at, now }: Times,
): Promise<Refreshed | null> {
  const hash = hashOf(token)
  const session = await store.lockSessionOf(tx, hash)
  if (!session) return null
  const known = await store.refreshTokenBy(tx, hash)
  const verdict = judge(known, session, now)
  if (verdict === 'reuse') await endForReuse(tx, session, { at, now })
  if (verdict === 'reuse' || verdict === 'ended') return null
  const successor = successorOf(secret, token)
  const refreshExpiresAt = refreshEnd(now, session)
  if (verdict === 'rotate') {
    if (!(await store.spend(tx, hash, now))) throw new Error('a locked refresh token was spent by somebody else')
    const next = { hash: hashOf(successor), sessionId: session.id, generation: known.generation + 1 }
    await store.insertRefreshToken(tx, { ...next, at: now, expiresAt: refreshExpiresAt })
  }
  return { sessionId: session.id, userId: session.userId, refreshToken: successor, refreshExpiresAt }
}

async function endForReuse(tx: Tx<Database>, session: store.Session, times: Times): Promise<void> {
  const { id: sessionId, userId } = session
  await end(tx, session, 'reuse', times)
  const detail = `A refresh token of session ${sessionId} was presented again after its successor was in use.`
  await raiseAlert(tx, { userId, kind: 'refresh_reuse', detail, at: times.at })
}

/** Ends the session that a refresh token belongs to; whatever is presented, there is nothing to tell. */
export async function signOut(tx: Tx<Database>, token: string, times: Times & { requestId: string }): Promise<void> {
  const session = await store.lockSessionOf(tx, hashOf(token))
  if (session) await end(tx, session, 'signed_out', times)
}

async function end(
  tx: Tx<Database>,
  { id: sessionId, userId }: store.Session,
  reason: store.Revocation['reason'],
  { at, now, requestId }: Times & { requestId?: string },
): Promise<void> {
  if (!(await store.endSession(tx, sessionId, { reason, at: now }))) return
  const revokedAt = now.toISOString()
  await emit(tx, 'session.revoked', sessionId, { userId, sessionId, reason, revokedAt }, { at })
  const actor = reason === 'reuse' ? 'system' : { userId }
  const what = { action: 'session.end', objectType: 'session', objectId: sessionId, after: { reason } }
  await audit(tx, { actor, ...what, requestId, at })
}

/** Refuses an access token whose session has ended: identity knows at once, others by the event. */
export async function refuseEnded(db: Kysely<Database>, caller: Principal, now: Date): Promise<void> {
  if (!(await store.isLive(db, caller.sessionId, now))) throw new Refusal('token_invalid')
}
