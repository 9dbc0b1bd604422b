import i18next from 'i18next'

/** A field of the request that was refused, in the caller's language. */
export type Fault = { field: string; message: string }

/** What went wrong, ready to be shown: RFC 9457 as the platform sends it, or the same shape for a network that failed. */
export type Problem = {
  status: number
  code: string
  title: string
  requestId: string | null
  faults: readonly Fault[]
  retryAfterS: number | null
}

type Wire = {
  title?: string
  detail?: string
  code?: string
  requestId?: string
  errors?: { field?: string; path?: string; message?: string }[]
}

/** The error every failed call throws; `problemOf` reads it. */
export const refused = (problem: Problem): Error => Object.assign(new Error(problem.code), { problem })

export const isRefusal = (error: unknown): error is Error & { problem: Problem } =>
  error instanceof Error && 'problem' in error

/** Reads a refusal out of an answer; never throws, whatever came back. */
export async function problemFrom(response: Response): Promise<Problem> {
  const wire = (await response.json().catch(() => ({}))) as Wire
  return {
    status: response.status,
    code: wire.code ?? 'internal',
    title: wire.detail ?? wire.title ?? i18next.t('problem.unknown', { ns: 'entry' }),
    requestId: wire.requestId ?? response.headers.get('x-request-id'),
    faults: (wire.errors ?? []).map(({ field, path, message }) => ({
      field: (field ?? path ?? '').replace(/^\/?(body[./])?/, ''),
      message: message ?? '',
    })),
    retryAfterS: Number(response.headers.get('retry-after')) || null,
  }
}

/** The one place that turns anything thrown into something to show. */
export function problemOf(error: unknown): Problem {
  if (isRefusal(error)) return error.problem
  const offline = !navigator.onLine
  return {
    status: 0,
    code: offline ? 'offline' : 'unreachable',
    title: i18next.t(offline ? 'problem.offline' : 'problem.unreachable', { ns: 'entry' }),
    requestId: null,
    faults: [],
    retryAfterS: null,
  }
}
