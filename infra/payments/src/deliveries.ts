import { randomUUID } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import type { Notice } from './intent.ts'
import type { Journal } from './journal.ts'

type Delivery = { id: string; body: string; attempts: number; done: boolean }

/** Milliseconds before each try; after the last one a delivery is given up. */
const waitsMs = [0, 500, 2_000, 5_000, 15_000, 30_000, 60_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000]

/**
 * Tells the merchant, signed as Standard Webhooks 1.0 says, again and again until it answers 2xx. The id of a notice
 * is the same in every try. What was not delivered when the process ended is taken up again.
 */
export function openDeliveries({ journal, url, secret }: { journal: Journal; url: string; secret: string }) {
  const deliveries = journal.under<Delivery>('delivery')
  const timers = new Set<NodeJS.Timeout>()
  const signer = new Webhook(secret)
  let closed = false

  const later = (delivery: Delivery) => {
    const wait = waitsMs[delivery.attempts]
    if (closed || wait === undefined) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      void attempt(delivery.id)
    }, wait)
    timers.add(timer)
  }
  const attempt = async (id: string) => {
    const delivery = deliveries.get(id)
    if (!delivery || delivery.done || closed) return
    const done = await send(delivery)
    if (closed) return
    const next = { ...delivery, attempts: delivery.attempts + 1, done }
    deliveries.put(id, next)
    if (!done) later(next)
  }
  const send = (delivery: Delivery) => post(url, signer, delivery)
  for (const delivery of deliveries.all()) if (!delivery.done) later(delivery)

  return {
    tell: (notice: Notice, copies: number) => {
      const delivery = { id: `msg_${randomUUID()}`, body: JSON.stringify(notice), attempts: 0, done: false }
      deliveries.put(delivery.id, delivery)
      later(delivery)
      // A network that lost our answer sends the same notice again, whatever we answered.
      for (let copy = 1; copy < copies; copy++) void send(delivery)
    },
    close: () => {
      closed = true
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

/** One try; true when the merchant has taken it. */
function post(url: string, signer: Webhook, { id, body }: Delivery): Promise<boolean> {
  const now = new Date()
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': signer.sign(id, now, body),
  }
  return fetch(url, { method: 'POST', headers, body, redirect: 'error', signal: AbortSignal.timeout(15_000) }).then(
    answer => answer.ok,
    () => false,
  )
}
