import { Id, Locale } from '@sahary/contracts/fields'
import { transaction } from '@sahary/db/transaction'
import { callerOf } from '@sahary/http/access'
import { dataOf, pageOf } from '@sahary/http/answer'
import { cutPage, decodeCursor, pageFields } from '@sahary/http/page'
import type { Server } from '@sahary/http/server'
import { z } from 'zod'
import type { Deps } from '../app.ts'
import { refuseEnded } from '../session/actions.ts'
import { slowDown } from '../slowdown/actions.ts'
import { networkOf } from '../slowdown/slowdown.ts'
import { refuseWeak, register } from './actions.ts'
import { identifierOf } from './identifier.ts'
import { membershipOf, people, personById } from './store.ts'
import { Membership, Name, User } from './user.ts'

const Registration = z.strictObject({
  identifier: z.string().min(1).max(320).describe('An e-mail address, or an Egyptian mobile number in any usual form.'),
  password: z.string().max(1024),
  name: Name,
  locale: Locale.default('ar'),
})
const Registered = z.object({ user: User, account: Membership })
const Profile = z.object({ user: User, account: Membership.nullable() })

export function userRoutes(app: Server, deps: Deps): void {
  const { db, clock, passwords, slowdown, rates } = deps

  // No Idempotency-Key: the identifier is unique by itself, and a password is never to be stored with a key.
  app.post(
    '/api/auth/register',
    { schema: { body: Registration, response: { 201: dataOf(Registered) } } },
    async (request, reply) => {
      const { password, name, locale } = request.body
      const identifier = identifierOf(request.body.identifier)
      refuseWeak(password, identifier, name)
      const network = networkOf(request.ip)
      await slowDown(slowdown, [{ key: `network:${network}`, rate: rates.perNetwork }])
      const passwordHash = await passwords.hash(password)
      const registration = { identifier, name, locale, passwordHash, requestId: request.id, at: clock.now() }
      const data = await transaction(db, tx => register(tx, registration))
      return reply.code(201).send({ data })
    },
  )

  app.get('/api/customer/profile', { schema: { response: { 200: dataOf(Profile) } } }, async request => {
    const caller = callerOf(request)
    await refuseEnded(db, caller, deps.now())
    const [user, account] = await Promise.all([personById(db, caller.userId), membershipOf(db, caller.userId)])
    return { data: Profile.parse({ user, account }) }
  })

  app.get(
    '/api/admin/users',
    { schema: { querystring: z.strictObject(pageFields), response: { 200: pageOf(User) } } },
    async request => {
      await refuseEnded(db, callerOf(request), deps.now())
      const { limit, cursor } = request.query
      const page = cutPage(await people(db, limit + 1, decodeCursor(cursor, Id)), limit, user => user.id)
      return { data: page.rows, meta: { nextCursor: page.nextCursor } }
    },
  )
}
