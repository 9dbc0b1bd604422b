import { type ErrorCode, errorCatalogue } from '@sahary/contracts/errors'
import type { Locale } from '@sahary/contracts/fields'
import type { Refusal, RefusalKind } from '@sahary/contracts/refusal'
import { z } from 'zod'

/** RFC 9457, with our `code`, the request's id and the faults of single fields. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    requestId: z.string(),
    errors: z.array(z.object({ field: z.string(), code: z.string(), message: z.string() })).optional(),
    current: z.unknown().optional(),
  })
  .describe('A refusal, in the language of the caller.')
export type Problem = z.infer<typeof Problem>

const byKind: Record<RefusalKind, number> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  unavailable: 503,
}
/** 400 is for what cannot be read; 422 for what can be read and is not valid. */
const byCode: Partial<Record<ErrorCode, number>> = {
  malformed_body: 400,
  malformed_request: 400,
  idempotency_key_required: 400,
  idempotency_key_malformed: 400,
  body_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  internal: 500,
}

/** The HTTP status of a refusal; decided here and nowhere else. */
export const statusOf = (refusal: Pick<Refusal, 'kind' | 'code'>): number =>
  byCode[refusal.code] ?? byKind[refusal.kind]

/** The sentence of `code` in `locale`, with its parameters filled in. */
export const sentence = (code: ErrorCode, locale: Locale, params: Record<string, string | number> = {}): string =>
  errorCatalogue[code][locale].replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole))

/** The body that tells a caller of a refusal. */
export function problemOf(refusal: Refusal, requestId: string, locale: Locale): Problem {
  return {
    type: `urn:sahary:problem:${refusal.code}`,
    title: sentence(refusal.code, locale, { requestId, ...refusal.params }),
    status: statusOf(refusal),
    code: refusal.code,
    requestId,
    ...(refusal.faults.length > 0
      ? {
          errors: refusal.faults.map(({ field, code, params }) => ({
            field,
            code,
            message: sentence(code, locale, params),
          })),
        }
      : {}),
    ...(refusal.current === undefined ? {} : { current: refusal.current }),
  }
}
