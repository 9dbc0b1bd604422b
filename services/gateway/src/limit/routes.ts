import { Refusal } from '@sahary/contracts/refusal'
import type { TurnedAway } from '@sahary/http/access'
import type { Server } from '@sahary/http/server'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Draw, drawOf, networkOf, unknownDraw } from './limit.ts'
import type { Limiter } from './store.ts'

type Limits = { limiter: Limiter; limitFactor: number }

/** Every request draws from its caller's allowance; the answer says what is left, a refusal when to come again. */
export function limitRequests(app: Server, limits: Limits): void {
  app.addHook('onRequest', (request, reply) => spend(limits, usual(request, limits), reply))
}

/** Who is turned away at the door draws too: who has no valid token from the network's, who may not from their own. */
export const limitTurnedAway =
  (limits: Limits): TurnedAway =>
  async (request, reply, { kind }) => {
    const unknown = kind === 'unauthenticated'
    const draw = unknown ? unknownDraw(networkOf(request.ip), limits.limitFactor) : usual(request, limits)
    await spend(limits, draw, reply)
  }

const usual = (request: FastifyRequest, { limitFactor }: Limits): Draw | null =>
  drawOf({
    method: request.method,
    route: request.routeOptions.url,
    userId: request.principal?.userId ?? null,
    network: networkOf(request.ip),
    factor: limitFactor,
  })

async function spend({ limiter }: Limits, draw: Draw | null, reply: FastifyReply): Promise<void> {
  if (!draw) return
  const verdict = await limiter.draw(draw)
  void reply.headers({
    'ratelimit-limit': String(draw.allowance.burst),
    'ratelimit-remaining': String(verdict.remaining),
    'ratelimit-reset': String(Math.ceil(verdict.resetMs / 1000)),
  })
  if (!verdict.allowed) throw new Refusal('rate_limited', { retryAfterS: verdict.retryAfterMs / 1000 })
}
