import { Refusal } from '@sahary/contracts/refusal'
import { isUnavailable } from '@sahary/db/fault'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { localeOf } from './locale.ts'
import { problemOf } from './problem.ts'

/** Fastify's own errors, by code, as refusals. */
const frameworkRefusals: Record<string, Refusal['code']> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_HANDLER_TIMEOUT: 'busy',
}

/** What fetch says of another server that went away midway; the database's ways of being away are its package's to know. */
const gone = new Set(['UND_ERR_ABORTED', 'UND_ERR_SOCKET'])

/** Any error as the refusal that the caller is told; `bug` when it is ours to mend. */
export function refusalOf(error: unknown): { refusal: Refusal; bug: boolean } {
  if (error instanceof Refusal) return { refusal: error, bug: error.code === 'internal' }
  const { code = '', statusCode = 500 } = (error ?? {}) as Partial<FastifyError>
  const known = frameworkRefusals[code]
  if (known) return { refusal: new Refusal(known, { cause: error }), bug: false }
  if (gone.has(code) || isUnavailable(error))
    return { refusal: new Refusal('dependency_down', { retryAfterS: 5, cause: error }), bug: false }
  if (code.startsWith('FST_') && statusCode >= 400 && statusCode < 500)
    return { refusal: new Refusal('malformed_request', { cause: error }), bug: false }
  return { refusal: new Refusal('internal', { cause: error }), bug: true }
}

/** Answers with a problem, and logs what an operator has to know, once. */
export function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { refusal, bug } = refusalOf(error)
  const locale = localeOf(request.headers['accept-language'], request.principal?.locale)
  const problem = problemOf(refusal, request.id, locale)
  record(request, refusal, { bug, status: problem.status })
  if (refusal.retryAfterS !== undefined || problem.status === 429 || problem.status === 503)
    reply.header('retry-after', String(Math.max(1, Math.ceil(refusal.retryAfterS ?? 1))))
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer')
  return (
    reply
      .code(problem.status)
      // What cannot even be routed meets none of the hooks that say it otherwise.
      .header('x-request-id', request.id)
      .header('content-language', locale)
      .header('vary', 'Accept-Language')
      .type('application/problem+json')
      .serializer(JSON.stringify)
      .send(problem)
  )
}

function record({ log }: FastifyRequest, refusal: Refusal, { bug, status }: { bug: boolean; status: number }): void {
  const error = refusal.cause ?? refusal
  if (bug) log.error({ error, code: refusal.code }, 'a request failed by our fault')
  else if (status >= 503) log.warn({ error, code: refusal.code }, 'a request could not be served')
}
