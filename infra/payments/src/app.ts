import { randomBytes, timingSafeEqual } from 'node:crypto'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import { cardOutcome, type Intent, NewIntent } from './intent.ts'
import type { Network } from './network.ts'
import { checkoutPage } from './page.ts'

type Options = { network: Network; apiKey: string }

/** The network's counter: an API for merchants, and a checkout page for payers. */
export function createApp({ network, apiKey }: Options): FastifyInstance {
  const app = fastify({
    bodyLimit: 16 * 1024,
    requestTimeout: 10_000,
    connectionTimeout: 60_000,
    // What was decided is on disk; whoever was waiting asks again.
    forceCloseConnections: true,
  })
  app.get('/livez', async () => 'ok')
  void app.register(async api => merchantRoutes(api, network, apiKey), { prefix: '/v1' })
  void app.register(async pages => checkoutRoutes(pages, network))
  return app
}

const refuse = (reply: FastifyReply, status: number, code: string) => reply.code(status).send({ error: { code } })

function merchantRoutes(api: FastifyInstance, network: Network, apiKey: string): void {
  const expected = Buffer.from(`Bearer ${apiKey}`)
  api.addHook('onRequest', async (request, reply) => {
    const given = Buffer.from(request.headers.authorization ?? '')
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      return refuse(reply, 401, 'unauthenticated')
  })
  api.post('/intents', async (request, reply) => {
    const key = request.headers['idempotency-key']
    if (typeof key !== 'string' || key === '') return refuse(reply, 400, 'idempotency_key_required')
    const wanted = NewIntent.safeParse(request.body)
    if (!wanted.success) return refuse(reply, 422, 'invalid')
    const opened = network.open(wanted.data, key)
    return opened === 'key_reused' ? refuse(reply, 422, 'idempotency_key_reused') : reply.code(201).send(opened.intent)
  })
  const withIntent = (act: (id: string) => Intent) => async (request: FastifyRequest, reply: FastifyReply) => {
    const { id } = request.params as { id: string }
    return network.find(id) ? act(id) : refuse(reply, 404, 'not_found')
  }
  api.get(
    '/intents/:id',
    withIntent(id => network.find(id)!),
  )
  api.post('/intents/:id/cancel', withIntent(network.cancel))
  api.post('/intents/:id/refund', withIntent(network.refund))
}

function checkoutRoutes(app: FastifyInstance, network: Network): void {
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (_: unknown, body: string) => Object.fromEntries(new URLSearchParams(body)),
  )
  const show = (reply: FastifyReply, intent: Intent, unknownCard = false) => {
    const nonce = randomBytes(16).toString('base64')
    return (
      reply
        .header('content-type', 'text/html; charset=utf-8')
        .header('cache-control', 'no-store')
        .header('referrer-policy', 'no-referrer')
        // Chrome applies `form-action` to the redirect after the form as well.
        .header(
          'content-security-policy',
          `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self' ${new URL(intent.returnUrl).origin}; base-uri 'none'; frame-ancestors 'none'`,
        )
        .send(checkoutPage(intent, nonce, unknownCard))
    )
  }
  app.get('/checkout/:token', async (request, reply) => {
    const intent = network.findByCheckout((request.params as { token: string }).token)
    return intent ? show(reply, intent) : reply.code(404).send('not found')
  })
  app.post('/checkout/:token', async (request, reply) => {
    const intent = network.findByCheckout((request.params as { token: string }).token)
    if (!intent) return reply.code(404).send('not found')
    const outcome = cardOutcome(String((request.body as { card?: string } | null)?.card ?? ''))
    if (!outcome) return show(reply.code(422), intent, true)
    const paid = network.pay(intent.id, outcome)
    return paid.status === 'succeeded' ? reply.redirect(paid.returnUrl, 303) : show(reply, paid)
  })
}
