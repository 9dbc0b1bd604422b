import type { Server } from '@sahary/http/server'
import { z } from 'zod'
import type { Deps } from '../app.ts'

const Jwks = z.object({ keys: z.array(z.looseObject({ kid: z.string() })) })

/** The public keys, in the standard's own shape (RFC 7517). */
export function keyRoutes(app: Server, { keys }: Deps): void {
  app.get('/.well-known/jwks.json', { schema: { response: { 200: Jwks } } }, async (_request, reply) => {
    void reply.header('cache-control', 'public, max-age=300')
    return { keys: keys.published() as { kid: string }[] }
  })
}
