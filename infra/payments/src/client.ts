import { Webhook } from 'standardwebhooks'
import { Intent, type NewIntent, Notice } from './intent.ts'

/** How a merchant speaks to the network. */
export type Client = {
  /** The same key gives the same intent. */
  open(wanted: NewIntent, idempotencyKey: string): Promise<Intent>
  find(id: string): Promise<Intent>
  /** Gives the intent as it then is: one that was paid meanwhile stays paid. */
  cancel(id: string): Promise<Intent>
  refund(id: string): Promise<Intent>
}

/** A client of the network; every call ends within `timeoutMs`. */
export function createClient({
  url,
  apiKey,
  timeoutMs = 4_000,
}: {
  url: string
  apiKey: string
  timeoutMs?: number
}): Client {
  const call = async (method: 'GET' | 'POST', path: string, body?: unknown, key?: string): Promise<Intent> => {
    const answer = await fetch(`${url}/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (!answer.ok) throw new Error(`the card network answered ${answer.status} to ${method} ${path}`)
    return Intent.parse(await answer.json())
  }
  const of = (id: string) => `/intents/${encodeURIComponent(id)}`
  return {
    open: (wanted, idempotencyKey) => call('POST', '/intents', wanted, idempotencyKey),
    find: id => call('GET', of(id)),
    cancel: id => call('POST', `${of(id)}/cancel`),
    refund: id => call('POST', `${of(id)}/refund`),
  }
}

/**
 * The notice in a webhook, once its signature is right and it is at most five minutes old; throws otherwise. `body` is
 * the text exactly as it came.
 */
export function readNotice(secret: string, headers: Record<string, string>, body: string): Notice {
  return Notice.parse(new Webhook(secret).verify(body, headers))
}
