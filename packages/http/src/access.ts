import { type Principal, principalRoles } from '@sahary/auth/principal'
import { type AccessRow, accessOf } from '@sahary/contracts/access'
import { Refusal } from '@sahary/contracts/refusal'
import { grants } from '@sahary/contracts/roles'
import { logContext } from '@sahary/observability/context'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Told of whom the access table does not let in, before they hear it; it may refuse in another way. */
export type TurnedAway = (request: FastifyRequest, reply: FastifyReply, refusal: Refusal) => Promise<void>

/**
 * Enforces the access table. A route that has no row refuses to start; a request is let through when the row says
 * `public`, or its bearer token verifies and one of the caller's roles grants the permission.
 */
export function enforceAccess(
  app: FastifyInstance,
  verify: (token: string) => Promise<Principal>,
  turnedAway?: TurnedAway,
): void {
  app.decorateRequest('principal', null)
  app.addHook('onRoute', route => {
    const config = { ...route.config }
    for (const method of [route.method].flat()) {
      const row = accessOf(method === 'HEAD' ? 'GET' : method, route.url)
      if (!row && method !== 'OPTIONS') throw new Error(`${method} ${route.url} has no row in the access table`)
      if (row) config.access = row[2]
    }
    route.config = config
  })
  app.addHook('onRequest', async (request, reply) => {
    const allow = request.routeOptions.config?.access
    if (allow === undefined) return
    const token = bearerOf(request)
    // A public route answers anybody, and knows the caller where a valid token says who it is.
    if (allow === 'public') request.principal = token ? await verify(token).catch(() => null) : null
    else
      await letIn(request, token, allow, verify).catch(async error => {
        if (error instanceof Refusal) await turnedAway?.(request, reply, error)
        throw error
      })
    const context = logContext()
    if (!context || !request.principal) return
    context.user = request.principal.userId
    if (request.principal.accountId !== null) context.account = request.principal.accountId
  })
}

type Allow = Exclude<AccessRow[2], 'public'>

async function letIn(
  request: FastifyRequest,
  token: string | null,
  allow: Allow,
  verify: (token: string) => Promise<Principal>,
): Promise<void> {
  if (!token) throw new Refusal('not_signed_in')
  request.principal = await verify(token)
  const { principal } = request
  if (allow !== 'signed_in' && !grants(principalRoles(principal), allow)) throw new Refusal('not_allowed')
}

/** The token of `Authorization: Bearer …`; null when there is none. */
export const bearerOf = (request: FastifyRequest): string | null =>
  /^Bearer +([\w.~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null

/** The caller of a route that needs one; the access table has seen to it that there is one. */
export function callerOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new Refusal('not_signed_in')
  return request.principal
}

/** The caller who acts for an account; staff without an account are refused. */
export function memberOf(request: FastifyRequest): Principal & { accountId: number } {
  const principal = callerOf(request)
  if (principal.accountId === null) throw new Refusal('not_allowed')
  return { ...principal, accountId: principal.accountId }
}
