import { Refusal } from '@sahary/contracts/refusal'
import type { Server } from '@sahary/http/server'
import { drawOf, networkOf } from './limit.ts'
import type { Limiter } from './store.ts'

/** Every request draws from its caller's allowance; the answer says what is left, a refusal when to come again. */
export function limitRequests(app: Server, { limiter, limitFactor }: { limiter: Limiter; limitFactor: number }): void {
  app.addHook('onRequest', async (request, reply) => {
    const draw = drawOf({
      method: request.method,
      route: request.routeOptions.url,
      userId: request.principal?.userId ?? null,
      network: networkOf(request.ip),
      factor: limitFactor,
    })
    if (!draw) return
    const verdict = await limiter.draw(draw)
    void reply.headers({
      'ratelimit-limit': String(draw.allowance.burst),
      'ratelimit-remaining': String(verdict.remaining),
      'ratelimit-reset': String(Math.ceil(verdict.resetMs / 1000)),
    })
    if (!verdict.allowed) throw new Refusal('rate_limited', { retryAfterS: verdict.retryAfterMs / 1000 })
  })
}
