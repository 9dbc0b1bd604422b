import { constants } from 'node:zlib'
import compress from '@fastify/compress'
import files from '@fastify/static'
import { Refusal } from '@sahary/contracts/refusal'
import type { Server } from '@sahary/http/server'
import type { FastifyInstance, FastifyReply } from 'fastify'

/** A file of ours: plain names, none hidden. */
const file = /^([\w@-][\w@.-]*\/)*[\w@-][\w@.-]*$/

const policy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * The portal's files. A path without a file's ending is a page, and every page is the same document; assets carry a
 * hash in their name and are kept for ever.
 */
export function portalRoutes(app: Server, { portalDir }: { portalDir: string | undefined }): void {
  const home = portalDir ? '/customer/' : '/api/docs/'
  app.get('/', { schema: { hide: true } }, async (_request, reply) => reply.redirect(home))
  if (!portalDir) return
  void app.register(async given => {
    const scope = given as unknown as FastifyInstance
    await scope.register(compress, {
      encodings: ['br', 'gzip'],
      threshold: 1024,
      brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } },
    })
    await scope.register(files, { root: portalDir, serve: false, cacheControl: false })
    const page = (reply: FastifyReply) => send(reply, 'index.html')
    const options = { schema: { hide: true }, config: { delegated: true } }
    scope.get('/customer', options, async (_request, reply) => page(reply))
    scope.get<{ Params: { '*': string } }>('/customer/*', options, async (request, reply) => {
      const path = request.params['*']
      if (!/\.[a-z0-9]+$/i.test(path)) return page(reply)
      // Source maps lie beside the assets, for us alone.
      if (!file.test(path) || path.endsWith('.map')) throw new Refusal('not_found')
      return send(reply, path)
    })
  })
}

function send(reply: FastifyReply, path: string): FastifyReply {
  const forever = path.startsWith('assets/')
  return reply
    .header('content-security-policy', policy)
    .header('cache-control', forever ? 'public, max-age=31536000, immutable' : 'no-cache')
    .sendFile(path)
}
