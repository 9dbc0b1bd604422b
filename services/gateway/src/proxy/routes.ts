import { Readable } from 'node:stream'
import replyFrom from '@fastify/reply-from'
import { Refusal } from '@sahary/contracts/refusal'
import { refuse } from '@sahary/http/refuse'
import type { Server } from '@sahary/http/server'
import { currentTraceparent } from '@sahary/observability/tracing'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { forwardedHeaders } from './headers.ts'
import { type Part, partAccess } from './parts.ts'

type Behind = {
  parts: readonly Part[]
  /** How long a service may take to begin its answer, and how long it may pause within one. */
  patienceMs?: number | undefined
}

/**
 * Every route of the services behind us, by their access rows: who is not allowed is refused here already, and again
 * by the service. Bodies pass unread, none longer than a service takes; every wait is bounded.
 */
export function proxyRoutes(app: Server, { parts, patienceMs = 8_000 }: Behind): void {
  void app.register(async given => {
    const scope = given as unknown as FastifyInstance
    scope.removeAllContentTypeParsers()
    // Taken whole before it is passed on: a service that refuses a long body halfway would leave a connection that the
    // next request hangs on.
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, Readable.from(body.length > 0 ? [body] : [])),
    )
    await scope.register(replyFrom, {
      disableRequestLogging: true,
      undici: {
        connections: 128,
        pipelining: 1,
        connect: { timeout: 1000 },
        headersTimeout: patienceMs,
        bodyTimeout: patienceMs,
        // Less than what a service keeps an idle connection open for.
        keepAliveTimeout: 20_000,
      },
    })
    for (const part of parts)
      for (const [method, url] of partAccess[part.name])
        scope.route({ method, url, config: { delegated: true }, handler: forwardTo(part) })
  })
}

const forwardTo = (part: Part) => (request: FastifyRequest, reply: FastifyReply) => {
  // A URL parser would climb out of the route that was allowed.
  const values = Object.values(request.params as Record<string, string>)
  if (values.some(value => value === '.' || value.includes('..'))) throw new Refusal('not_found')
  // The query follows as it came: what is given here is decoded and searched, which no query need withstand.
  const [path] = request.url.split('?', 1)
  return reply.from(part.url + path, {
    // By default a 503 is asked for ten times more, which makes the wait ten times as long and the trouble worse.
    retryDelay: () => null,
    rewriteRequestHeaders: (_request, headers) =>
      forwardedHeaders(headers as never, {
        ip: request.ip,
        host: request.host,
        protocol: request.protocol,
        requestId: request.id,
        traceparent: currentTraceparent(),
      }),
    onError: (failed, { error }) => {
      const cause = new Error(`${part.name} does not answer`, { cause: error })
      refuse(new Refusal('dependency_down', { retryAfterS: 2, cause }), request, failed as FastifyReply)
    },
  })
}
