import { randomUUID, timingSafeEqual } from 'node:crypto'
import formbody from '@fastify/formbody'
import Fastify, { type FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Book } from './book.ts'
import { checkoutPage } from './checkout.ts'
import { behaviourOf, cardNumber, decided, type Intent, mayCancel, mayPay } from './intent.ts'
import type { Post } from './webhook.ts'

export type Deps = {
  book: Book
  apiKey: string
  /** Where people's browsers reach this process. */
  publicUrl: string
  /** Tells the merchant; returns at once. */
  post: (post: Post) => void
}

const NewIntent = z.strictObject({
  amountMinor: z.int().positive().max(1e12),
  currency: z.literal('EGP'),
  reference: z.string().min(1).max(64),
  description: z.string().max(200),
  locale: z.enum(['ar', 'en']),
  returnUrl: z.url({ protocol: /^https?$/ }),
})

/** The sandbox of a card network: a merchant's API, and the page on which people pay. Listens to nothing. */
export function createApp(deps: Deps): FastifyInstance {
  const app = Fastify({ bodyLimit: 16 * 1024, requestTimeout: 10_000 })
  app.register(formbody)
  app.register(async api => merchantRoutes(api, deps))
  checkoutRoutes(app, deps)
  return app
}

const sameKey = (given: string, key: string): boolean =>
  given.length === key.length && timingSafeEqual(Buffer.from(given), Buffer.from(key))

function merchantRoutes(api: FastifyInstance, { book, apiKey, publicUrl, post }: Deps): void {
  const shown = (intent: Intent) => ({ ...intent, checkoutUrl: new URL(`/checkout/${intent.id}`, publicUrl).href })
  api.addHook('onRequest', async (request, reply) => {
    if (!sameKey(request.headers.authorization?.replace(/^Bearer /, '') ?? '', apiKey))
      return reply.code(401).send({ error: { code: 'unauthorized' } })
  })
  api.post('/v1/intents', async (request, reply) => {
    const key = request.headers['idempotency-key']
    if (typeof key !== 'string') return reply.code(400).send({ error: { code: 'idempotency_key_required' } })
    const wish = NewIntent.safeParse(request.body)
    if (!wish.success) return reply.code(422).send({ error: { code: 'invalid', issues: wish.error.issues } })
    const known = book.byKey(key)
    if (known) {
      const same = known.amountMinor === wish.data.amountMinor && known.reference === wish.data.reference
      return same ? shown(known) : reply.code(422).send({ error: { code: 'idempotency_key_reused' } })
    }
    const createdAt = new Date().toISOString()
    const intent: Intent = {
      id: `pi_${randomUUID()}`,
      ...wish.data,
      status: 'requires_payment_method',
      failureCode: null,
      createdAt,
    }
    return reply.code(201).send(shown(book.save(intent, key)))
  })
  api.get<{ Params: { id: string } }>('/v1/intents/:id', async (request, reply) => {
    const intent = book.find(request.params.id)
    return intent ? shown(intent) : reply.code(404).send({ error: { code: 'not_found' } })
  })
  api.post<{ Params: { id: string } }>('/v1/intents/:id/cancel', async (request, reply) => {
    const intent = book.find(request.params.id)
    if (!intent) return reply.code(404).send({ error: { code: 'not_found' } })
    if (intent.status === 'canceled') return shown(intent)
    if (!mayCancel(intent)) return reply.code(409).send({ error: { code: 'too_late', status: intent.status } })
    const canceled = book.save({ ...intent, status: 'canceled' })
    post({ intent: canceled, type: 'payment_intent.canceled', deliveries: 1 })
    return shown(canceled)
  })
}

function checkoutRoutes(app: FastifyInstance, { book, post }: Deps): void {
  app.get<{ Params: { id: string } }>('/checkout/:id', async (request, reply) => {
    const intent = book.find(request.params.id)
    return intent ? reply.type('text/html').send(checkoutPage(intent)) : reply.code(404).send()
  })
  app.post<{ Params: { id: string }; Body: { card?: string } | null }>('/checkout/:id', async (request, reply) => {
    const intent = book.find(request.params.id)
    if (!intent) return reply.code(404).send()
    if (!mayPay(intent)) return reply.redirect(`/checkout/${intent.id}`, 303)
    const card = behaviourOf(cardNumber(String(request.body?.card ?? '')))
    const moving = book.save({ ...intent, status: 'processing' })
    const finish = (): Intent => {
      const done = book.save(decided(moving, card))
      post({ intent: done, type: `payment_intent.${done.status}`, deliveries: card.deliveries })
      return done
    }
    if (card.delayMs > 0) {
      setTimeout(finish, card.delayMs)
      return reply.redirect(`/checkout/${intent.id}`, 303)
    }
    const done = finish()
    return reply.redirect(done.status === 'succeeded' ? done.returnUrl : `/checkout/${done.id}`, 303)
  })
}
