import { randomUUID } from 'node:crypto'

/** An answer of the platform, as a customer's program sees it. */
export type Answer<T = unknown> = {
  status: number
  body: { data: T; meta?: Record<string, unknown> } & Record<string, unknown>
  headers: Headers
}

/** Talks to the gateway as one person: JSON in and out, a fresh idempotency key per POST, nothing else. */
export type Caller = {
  get<T>(path: string): Promise<Answer<T>>
  post<T>(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>
  patch<T>(path: string, body: unknown): Promise<Answer<T>>
  put<T>(path: string, body: unknown): Promise<Answer<T>>
  remove<T>(path: string): Promise<Answer<T>>
  /** The same person with a token. */
  as(token: string): Caller
  readonly token: string | undefined
}

/** A caller of the gateway at `url`; every call ends within 30 s. */
export function caller(url: string, token?: string): Caller {
  const call = async <T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> => {
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    })
    const text = await response.text()
    const json = /json/.test(response.headers.get('content-type') ?? '') && text !== ''
    return { status: response.status, body: json ? JSON.parse(text) : { data: text }, headers: response.headers }
  }
  return {
    get: path => call('GET', path),
    post: (path, body, headers) => call('POST', path, body, headers),
    patch: (path, body) => call('PATCH', path, body),
    put: (path, body) => call('PUT', path, body),
    remove: path => call('DELETE', path),
    as: other => caller(url, other),
    token,
  }
}

/** The answer's data, when the status is the expected one; otherwise an error that shows the whole answer. */
export function ok<T>(answer: Answer<T>, status = 200): T {
  if (answer.status !== status)
    throw new Error(`expected ${status}, got ${answer.status}: ${JSON.stringify(answer.body)}`)
  return answer.body.data
}

/** All rows of a listing, page after page. */
export async function allOf<T>(who: Caller, path: string, query: Record<string, string> = {}): Promise<T[]> {
  const rows: T[] = []
  for (let cursor: unknown; cursor !== null; ) {
    const asked = new URLSearchParams({ ...query, limit: '100', ...(cursor ? { cursor: String(cursor) } : {}) })
    const page = await who.get<T[]>(`${path}?${asked}`)
    rows.push(...ok(page))
    cursor = page.body.meta!.nextCursor
  }
  return rows
}
