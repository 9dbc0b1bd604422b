import type { FastifyInstance } from 'fastify'

type App = Pick<FastifyInstance, 'addHook' | 'server' | 'close'>

const draining = new WeakSet<object>()

/** True once `prepareDrain` has been called on the app. */
export const isDraining = (app: App): boolean => draining.has(app)

/** From here on every answer asks its client to go elsewhere; readiness reads `isDraining`. */
export function prepareDrain(app: App): void {
  draining.add(app)
}

/** Adds the hook that says `Connection: close` while draining. */
export function closeWhenDraining(app: App): void {
  app.addHook('onSend', async (_request, reply) => {
    if (draining.has(app)) void reply.header('connection', 'close')
  })
}

/**
 * Stops an app that listens, within `graceMs`: requests that run may finish, idle connections are closed at once and
 * again as others become idle; what is still open in the end is cut.
 */
export async function drain(app: App, graceMs = 10_000): Promise<void> {
  prepareDrain(app)
  const idle = setInterval(() => app.server.closeIdleConnections(), 100)
  const cut = setTimeout(() => app.server.closeAllConnections(), graceMs)
  try {
    await app.close()
  } finally {
    clearInterval(idle)
    clearTimeout(cut)
  }
}
