import { accessTokenLifetimeS } from '@sahary/auth/sign'
import { Refusal } from '@sahary/contracts/refusal'
import { transaction } from '@sahary/db/transaction'
import { dataOf } from '@sahary/http/answer'
import type { Server } from '@sahary/http/server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Deps } from '../app.ts'
import { networkOf } from '../slowdown/slowdown.ts'
import { identifierOf } from '../user/identifier.ts'
import { membershipOf, personById } from '../user/store.ts'
import { Membership, principalFor, User } from '../user/user.ts'
import { type Opened, openSession, provePerson, refresh, signOut, type Times } from './actions.ts'
import { isCrossSite, noRefreshCookie, refreshCookie, tokenInCookie } from './cookie.ts'

const SignIn = z.strictObject({ identifier: z.string().min(1).max(320), password: z.string().min(1).max(1024) })
const RefreshBody = z
  .strictObject({ refreshToken: z.string().min(1).max(200).optional() })
  .optional()
  .nullable()
const Tokens = z.object({
  accessToken: z.string(),
  expiresInS: z.int().describe('Seconds the access token lives.'),
  refreshToken: z.string().nullable().describe('For the next refresh, once; null for the portal, which has a cookie.'),
})
const SignedIn = Tokens.extend({ user: User, account: Membership.nullable() })
type SignedIn = z.infer<typeof SignedIn>

const isPortal = (request: FastifyRequest): boolean => request.headers['x-sahary-client'] === 'portal'

const timesOf = ({ clock, now }: Deps): Times => ({ at: clock.now(), now: now() })

export function sessionRoutes(app: Server, deps: Deps): void {
  signInRoute(app, deps)
  refreshRoutes(app, deps)
}

function signInRoute(app: Server, deps: Deps): void {
  const { db } = deps
  app.post(
    '/api/auth/login',
    { schema: { body: SignIn, response: { 200: dataOf(SignedIn) } } },
    async (request, reply) => {
      const network = networkOf(request.ip)
      const identifier = identifierOf(request.body.identifier)
      const user = await provePerson(deps, { identifier, password: request.body.password, network })
      const account = await membershipOf(db, user.id)
      const userAgent = request.headers['user-agent']?.slice(0, 300) ?? null
      const client = isPortal(request) ? 'portal' : 'api'
      const caller = { ...timesOf(deps), client, network, userAgent, requestId: request.id } as const
      const opened = await transaction(db, tx => openSession(tx, user, account?.id ?? null, caller))
      return { data: await hand(deps, request, reply, { opened, user, account }) }
    },
  )
}

function refreshRoutes(app: Server, deps: Deps): void {
  const { db, cookie } = deps
  app.post(
    '/api/auth/refresh',
    { schema: { body: RefreshBody, response: { 200: dataOf(SignedIn) } } },
    async (request, reply) => {
      const token = presentedToken(request, deps)
      const opened = token ? await transaction(db, tx => refresh(tx, token, deps.refreshSecret, timesOf(deps))) : null
      const user = opened && (await personById(db, opened.userId))
      if (!opened || !user?.active) {
        if (isPortal(request)) void reply.header('set-cookie', noRefreshCookie(cookie))
        throw new Refusal('refresh_invalid')
      }
      return { data: await hand(deps, request, reply, { opened, user, account: await membershipOf(db, user.id) }) }
    },
  )

  app.post(
    '/api/auth/logout',
    { schema: { body: RefreshBody, response: { 204: z.undefined() } } },
    async (request, reply) => {
      const token = presentedToken(request, deps)
      const times = { ...timesOf(deps), requestId: request.id }
      if (token) await transaction(db, tx => signOut(tx, token, times))
      if (isPortal(request)) void reply.header('set-cookie', noRefreshCookie(cookie))
      return reply.code(204).send()
    },
  )
}

/** The refresh token of the body or, for the portal and from its own pages alone, of the cookie; null without one. */
function presentedToken(request: FastifyRequest, { cookie }: Deps): string | null {
  const body = request.body as z.infer<typeof RefreshBody>
  if (body?.refreshToken) return body.refreshToken
  if (!isPortal(request))
    throw new Refusal('refresh_required', { faults: [{ field: 'refreshToken', code: 'refresh_required' }] })
  if (isCrossSite(request.headers['sec-fetch-site'] as string | undefined)) throw new Refusal('cross_site_refused')
  return tokenInCookie(cookie, request.headers.cookie)
}

/** The answer that signs somebody in, and the portal's cookie. */
async function hand(
  { keys, cookie, now }: Deps,
  request: FastifyRequest,
  reply: FastifyReply,
  { opened, user, account }: { opened: Opened; user: User; account: Membership | null },
): Promise<SignedIn> {
  const accessToken = await keys.sign(principalFor(user, account, opened.sessionId))
  const tokens = { accessToken, expiresInS: accessTokenLifetimeS, user, account }
  if (!isPortal(request)) return { ...tokens, refreshToken: opened.refreshToken }
  const seconds = Math.floor((opened.refreshExpiresAt.getTime() - now().getTime()) / 1000)
  void reply.header('set-cookie', refreshCookie(cookie, opened.refreshToken, seconds))
  return { ...tokens, refreshToken: null }
}
