import { emit } from '@sahary/bus/emit'
import type { Locale } from '@sahary/contracts/fields'
import { Refusal } from '@sahary/contracts/refusal'
import { audit } from '@sahary/db/audit'
import type { Tx } from '@sahary/db/connect'
import { constraintOf } from '@sahary/db/fault'
import { advisoryLock } from '@sahary/db/lock'
import { transaction } from '@sahary/db/transaction'
import type { Database, Deps } from '../app.ts'
import { faultOfPassword } from '../password/password.ts'
import { type Identifier, identifierOf } from './identifier.ts'
import { insertAccount, insertPerson, personBy } from './store.ts'
import type { Membership, User } from './user.ts'

export type Registration = {
  identifier: Identifier
  name: string
  passwordHash: string
  locale: Locale
  requestId: string
  at: Date
}

/** A new customer: the person, their account, the audit row and both events, or nothing of it. */
export async function register(
  tx: Tx<Database>,
  registration: Registration,
): Promise<{ user: User; account: Membership }> {
  const { name, locale, at, requestId } = registration
  const user = await insertPerson(tx, { ...registration, roles: [] }).catch(refuseTaken)
  const accountId = await insertAccount(tx, user.id, name, at)
  await sayRegistered(tx, user, at)
  await emit(tx, 'account.created', accountId, { accountId, ownerUserId: user.id, name, locale }, { at })
  await audit(tx, {
    actor: { userId: user.id },
    action: 'user.register',
    objectType: 'user',
    objectId: user.id,
    accountId,
    after: { name, email: user.email, mobile: user.mobile, locale },
    requestId,
    at,
  })
  return { user, account: { id: accountId, name, role: 'owner', suspendedAt: null } }
}

/** Refuses a password that may not be chosen, naming the field. */
export function refuseWeak(password: string, identifier: Identifier, name: string): void {
  const code = faultOfPassword(password, [identifier.value, name])
  if (code) throw new Refusal('validation_failed', { faults: [{ field: 'password', code }] })
}

/** The first admin, made once when the environment names one; one who exists is left as they are. */
export async function ensureFirstAdmin(
  { db, clock, passwords, logger }: Pick<Deps, 'db' | 'clock' | 'passwords' | 'logger'>,
  named: { identifier: string | undefined; password: string | undefined },
): Promise<void> {
  if (!named.identifier || !named.password) return
  const identifier = identifierOf(named.identifier)
  if (await personBy(db, identifier)) return
  refuseWeak(named.password, identifier, '')
  const passwordHash = await passwords.hash(named.password)
  const made = await transaction(db, tx => makeAdmin(tx, identifier, passwordHash, clock.now()))
  if (made) logger.info({ user: made.id }, 'the first admin was made')
}

/** Null when another replica was faster. */
async function makeAdmin(
  tx: Tx<Database>,
  identifier: Identifier,
  passwordHash: string,
  at: Date,
): Promise<User | null> {
  await advisoryLock(tx, 'first admin')
  if (await personBy(tx, identifier)) return null
  const user = await insertPerson(tx, {
    identifier,
    passwordHash,
    name: 'Admin',
    locale: 'ar',
    roles: ['admin'],
    at,
  })
  await sayRegistered(tx, user, at)
  const made = { actor: 'system', action: 'user.make_admin', objectType: 'user', objectId: user.id } as const
  await audit(tx, { ...made, after: { roles: user.roles }, at })
  return user
}

async function sayRegistered(tx: Tx<Database>, user: User, at: Date): Promise<void> {
  const { id: userId, name, email, mobile, locale, roles } = user
  await emit(tx, 'user.registered', userId, { userId, name, email, mobile, locale, roles }, { at })
}

function refuseTaken(error: unknown): never {
  const constraint = constraintOf(error)
  if (constraint !== 'person_email_unique' && constraint !== 'person_mobile_unique') throw error
  throw new Refusal('identifier_taken', { faults: [{ field: 'identifier', code: 'identifier_taken' }] })
}
