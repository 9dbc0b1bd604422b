import { language } from '../i18n/i18n.ts'
import { accessToken, renew } from '../session/token.ts'
import { problemFrom, refused } from './problem.ts'
import { steady } from './steady.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type Call = {
  body?: unknown
  query?: Record<string, string | number | boolean | undefined>
  /** Same key and body, same answer: a second press of a button does nothing twice. */
  idempotencyKey?: string
  signal?: AbortSignal
}
/** Every successful answer. */
export type Answer<T, M = unknown> = { data: T; meta?: M }

const patienceMs = 20_000

const addressOf = (path: string, query: Call['query'] = {}): string => {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined)
  const search = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString()
  return search === '' ? path : `${path}?${search}`
}

function send(method: Method, path: string, call: Call): Promise<Response> {
  const once = () => sendOnce(method, path, call)
  return method === 'GET' || call.idempotencyKey ? steady(once) : once()
}

function sendOnce(method: Method, path: string, call: Call): Promise<Response> {
  const token = accessToken()
  const bound = AbortSignal.timeout(patienceMs)
  return fetch(addressOf(path, call.query), {
    method,
    headers: {
      accept: 'application/json',
      'accept-language': language(),
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(call.idempotencyKey ? { 'idempotency-key': call.idempotencyKey } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    signal: call.signal ? AbortSignal.any([call.signal, bound]) : bound,
  })
}

/** The raw answer of a call as the signed-in person; an expired token is renewed once. Throws a `Problem` unless 2xx. */
export async function fetchAnswer(method: Method, path: string, call: Call = {}): Promise<Response> {
  let response = await send(method, path, call)
  if (response.status === 401 && (await renew())) response = await send(method, path, call)
  if (!response.ok) throw refused(await problemFrom(response))
  return response
}

/** The whole answer, `{ data, meta }`. */
export async function ask<T, M = unknown>(method: Method, path: string, call: Call = {}): Promise<Answer<T, M>> {
  const response = await fetchAnswer(method, path, call)
  return response.status === 204 ? { data: undefined as T } : ((await response.json()) as Answer<T, M>)
}

/** The answer's data alone. */
export const dataOf = async <T>(method: Method, path: string, call: Call = {}): Promise<T> =>
  (await ask<T>(method, path, call)).data

/** Opens the stream of the account's events; it has no bound in time but `signal`. */
export async function fetchStream(path: string, lastId: string | null, signal: AbortSignal): Promise<Response> {
  const open = () =>
    fetch(path, {
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${accessToken() ?? ''}`,
        ...(lastId === null ? {} : { 'last-event-id': lastId }),
      },
      signal,
    })
  let response = await open()
  if (response.status === 401 && (await renew())) response = await open()
  if (!response.ok || response.body === null) throw refused(await problemFrom(response))
  return response
}
