import { PassThrough } from 'node:stream'
import { principalRoles } from '@sahary/auth/principal'
import { expiryOf } from '@sahary/auth/verify'
import { bearerOf, callerOf } from '@sahary/http/access'
import type { Server } from '@sahary/http/server'
import { gauge } from '@sahary/observability/metrics'
import { z } from 'zod'
import type { Hub } from './hub.ts'

const heartbeatMs = 15_000
/** A listener who is this far behind is not listening. */
const mostUnread = 1024 * 1024

const streams = () => gauge('gateway_event_streams', 'Event streams that are open.')

/** The stream of what concerns the caller, as server-sent events; it ends when the token does. */
export function feedRoutes(app: Server, { hub }: { hub: Hub }): void {
  const headers = z.looseObject({
    'last-event-id': z.string().max(100).optional().describe('The last event that was heard; later ones are repeated.'),
  })
  const stream = { description: 'Events, as they come.', content: { 'text/event-stream': { schema: z.any() } } }
  const schema = { headers, response: { 200: stream } }
  app.get('/api/customer/events', { schema }, (request, reply) => {
    const caller = callerOf(request)
    const out = new PassThrough()
    const end = () => void out.end()
    const send = (text: string) => {
      if (out.writableEnded) return
      out.write(text)
      if (out.readableLength + out.writableLength > mostUnread) out.destroy()
    }
    const { userId, accountId, sessionId } = caller
    const listener = { userId, accountId, sessionId, roles: principalRoles(caller) }
    send('retry: 2000\n\n')
    const leave = hub.join({ listener, send, end }, request.headers['last-event-id'])
    const beat = setInterval(send, heartbeatMs, ':\n\n')
    const expiry = setTimeout(end, expiryOf(bearerOf(request) ?? '').getTime() - Date.now())
    streams().inc()
    out.once('close', () => {
      leave()
      clearInterval(beat)
      clearTimeout(expiry)
      streams().dec()
    })
    return reply
      .type('text/event-stream')
      .headers({ 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' })
      .send(out)
  })
  // A stream never ends by itself; the server could not close.
  app.addHook('preClose', async () => hub.closeAll())
}
