import { type ErrorCode, errorCatalogue } from './errors.ts'

/** The six kinds of refusal; `http` maps each to one status, once. */
export type RefusalKind = 'invalid' | 'unauthenticated' | 'forbidden' | 'not_found' | 'conflict' | 'unavailable'

/** A field that was refused and why, by error code. */
export type FieldFault = { field: string; code: ErrorCode; params?: Record<string, string | number> }

/**
 * The one error class: a caller asked for something we will not do. Anything else that is thrown is a bug.
 * The text people read comes from the error catalogue, in their language.
 */
export class Refusal extends Error {
  readonly kind: RefusalKind
  readonly code: ErrorCode
  readonly faults: readonly FieldFault[]
  readonly params: Record<string, string | number>
  /** Seconds after which another try may succeed, for `unavailable` and rate limits. */
  readonly retryAfterS: number | undefined
  /** The resource as it is now, for a conflict of versions. */
  readonly current: unknown

  constructor(
    code: ErrorCode,
    more: {
      faults?: readonly FieldFault[]
      params?: Record<string, string | number>
      retryAfterS?: number
      current?: unknown
      cause?: unknown
    } = {},
  ) {
    super(errorCatalogue[code].en, { cause: more.cause })
    this.name = 'Refusal'
    this.kind = errorCatalogue[code].kind
    this.code = code
    this.faults = more.faults ?? []
    this.params = more.params ?? {}
    this.retryAfterS = more.retryAfterS
    this.current = more.current
  }
}

/** A refusal of one field of the request. */
export const invalidField = (field: string, code: ErrorCode, params?: Record<string, string | number>): Refusal =>
  new Refusal('validation_failed', { faults: [params ? { field, code, params } : { field, code }] })
