import { randomUUID } from 'node:crypto'
import type { Logger } from '@sahary/observability/log'
import { Webhook } from 'standardwebhooks'
import type { Intent } from './intent.ts'

/** Seconds between tries; the sandbox gives up sooner than Standard Webhooks' three days. */
const retriesS = [1, 2, 5, 5, 10, 30, 60, 300]

export type Post = { intent: Intent; type: string; deliveries: number }

/**
 * Posts what happened to the merchant, signed by Standard Webhooks 1.0: the same id on every retry, a new timestamp
 * each time, until a 2xx. Gives a function that starts a post, and one that gives up all that wait.
 */
export function webhookSender({ url, secret, logger }: { url: string; secret: string; logger: Logger }) {
  const signer = new Webhook(secret)
  const timers = new Set<NodeJS.Timeout>()

  const attempt = async (id: string, body: string, tries: number): Promise<void> => {
    const at = new Date()
    const delivered = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': signer.sign(id, at, body),
      },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(15_000),
    }).then(
      response => response.ok,
      () => false,
    )
    const waitS = retriesS[tries]
    if (delivered) return
    if (waitS === undefined) return void logger.error({ id }, 'the merchant never accepted this webhook')
    const timer = setTimeout(() => {
      timers.delete(timer)
      void attempt(id, body, tries + 1)
    }, waitS * 1000)
    timers.add(timer)
  }

  return {
    post: ({ intent, type, deliveries }: Post): void => {
      const id = `msg_${randomUUID()}`
      const body = JSON.stringify({ type, timestamp: new Date().toISOString(), data: intent })
      for (let copy = 0; copy < deliveries; copy++) void attempt(id, body, 0)
    },
    stop: (): void => {
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
