/** What any program may send to the gateway, well meant or not. A text is sent as it is, anything else as JSON. */
export type Request = {
  method?: string
  path: string
  body?: unknown
  token?: string | undefined
  /** Beside or instead of the usual ones; an empty text takes one away. */
  headers?: Record<string, string>
}

/** A refusal as its reader gets it (RFC 9457, with our code and fields). */
export type Problem = {
  status: number
  code: string
  title: string
  requestId: string
  errors?: { field: string; code: string; message: string }[]
}

export type Reply<T = unknown> = { status: number; type: string; language: string; body: T }

/** Sends one request as it is told, and gives what came back; POST unless told, with a key of its own. */
export async function send<T = Problem>(url: string, { method = 'POST', ...request }: Request): Promise<Reply<T>> {
  const { path, body, token, headers } = request
  const all = {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(method === 'POST' ? { 'idempotency-key': crypto.randomUUID() } : {}),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...headers,
  }
  const response = await fetch(url + path, {
    method,
    headers: Object.entries(all).filter(([, value]) => value !== ''),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  })
  const text = await response.text()
  const type = response.headers.get('content-type') ?? ''
  const language = response.headers.get('content-language') ?? ''
  return { status: response.status, type, language, body: (/json/.test(type) ? JSON.parse(text) : text) as T }
}
