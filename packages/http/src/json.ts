import { Refusal } from '@sahary/contracts/refusal'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { unreadable } from './text.ts'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads JSON and nothing else: UTF-8 without a byte order mark, no U+0000, no lone surrogates, no `__proto__`.
 * A route with `config: { rawBody: true }` also gets the text as it came, for signatures.
 */
export function readJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    const charset = /;\s*charset="?([^";]+)/i.exec(request.headers['content-type'] ?? '')?.[1]
    if (charset && !/^utf-?8$/i.test(charset.trim())) throw new Refusal('unsupported_media_type')
    if (body.length === 0) return undefined
    const text = decode(body)
    if (request.routeOptions.config.rawBody) request.rawBody = text
    return parse(text)
  })
}

function decode(body: Buffer): string {
  try {
    return decoder.decode(body)
  } catch (cause) {
    throw new Refusal('malformed_body', { cause })
  }
}

function parse(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new Refusal('malformed_body', { cause })
  }
  refuseUnreadable(value, 'malformed_body')
  return value
}

/** Throws for texts that cannot be stored (422) and, as `malformed`, for structures that nobody sends in good faith. */
export function refuseUnreadable(value: unknown, malformed: 'malformed_body' | 'malformed_request'): void {
  const found = unreadable(value)
  if (found?.why === 'structure') throw new Refusal(malformed)
  if (found) throw new Refusal('validation_failed', { faults: [{ field: found.field, code: 'text_unreadable' }] })
}
