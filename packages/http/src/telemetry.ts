import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { context, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { type LogContext, withLogContext } from '@sahary/observability/context'
import { secondsHistogram } from '@sahary/observability/metrics'
import { contextOf } from '@sahary/observability/tracing'
import type { FastifyInstance, FastifyRequest } from 'fastify'

/** A caller's own request id is kept when it is harmless; else we make one. */
export function requestIdOf(request: IncomingMessage): string {
  const own = request.headers['x-request-id']
  return typeof own === 'string' && /^[\w-]{8,64}$/.test(own) ? own : randomUUID()
}

const duration = () =>
  secondsHistogram('http_server_request_duration_seconds', 'Seconds from a request to the end of its answer.', [
    'route',
    'method',
    'status_class',
  ])

/** One span, one log line and one measurement per request; everything logged meanwhile carries the request's id. */
export function observeRequests(app: FastifyInstance): void {
  const spans = new WeakMap<FastifyRequest, { span: Span; log: LogContext }>()
  const enter = (request: FastifyRequest, next: () => void) => {
    const own = spans.get(request)
    if (!own) return next()
    const active = trace.setSpan(context.active(), own.span)
    withLogContext(own.log, () => context.with(active, next))
  }
  app.addHook('onRequest', (request, reply, next) => {
    const route = routeOf(request)
    const attributes = { 'http.request.method': request.method, 'http.route': route }
    const parent = contextOf(request.headers.traceparent as string | undefined)
    const span = trace
      .getTracer('sahary')
      .startSpan(`${request.method} ${route}`, { kind: SpanKind.SERVER, attributes }, parent)
    spans.set(request, { span, log: { request_id: request.id } })
    void reply.header('x-request-id', request.id)
    enter(request, next)
  })
  // Reading a body leaves the asynchronous context of the request; come back to it.
  app.addHook('preValidation', (request, _reply, next) => enter(request, next))
  app.addHook('onResponse', async (request, reply) => {
    const status = reply.statusCode
    const labels = { route: routeOf(request), method: request.method, status_class: `${Math.floor(status / 100)}xx` }
    duration().observe(labels, reply.elapsedTime / 1000)
    const own = spans.get(request)
    own?.span.setAttribute('http.response.status_code', status)
    if (status >= 500) own?.span.setStatus({ code: SpanStatusCode.ERROR })
    own?.span.end()
    const line = { method: request.method, route: labels.route, status, ms: Math.round(reply.elapsedTime) }
    withLogContext(own?.log ?? {}, () => request.log.info(line, 'answered'))
  })
}

/** The template of the route, never the path: paths hold ids. */
const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? 'unknown'
