import { createHash } from 'node:crypto'
import type { Server } from '@sahary/http/server'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Part } from '../proxy/parts.ts'
import { describeAll } from './actions.ts'
import { asyncApi } from './asyncapi.ts'
import type { OpenApi } from './openapi.ts'

const cached = 'public, max-age=60'

/** The description of the API, of the events, and pages to read and try them; nothing is loaded from elsewhere. */
export function docsRoutes(app: Server, { parts }: { parts: readonly Part[] }): void {
  const openapi = describeAll(parts, () => app.swagger() as unknown as OpenApi)
  const events = JSON.stringify(asyncApi())
  app.get('/api/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.header('cache-control', cached).send(await openapi()),
  )
  app.get('/api/asyncapi.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.header('cache-control', cached).type('application/json').send(events),
  )
  let pages: Promise<FastifyInstance> | undefined
  const show = async ({ url }: FastifyRequest, reply: FastifyReply) => {
    pages ??= openPages()
    const { statusCode, headers, rawPayload } = await (await pages).inject(url)
    const { location, 'content-type': type } = headers
    if (location) void reply.header('location', location)
    if (type) void reply.header('content-type', type)
    if (!url.endsWith('.js')) void reply.header('content-security-policy', policyFor(rawPayload))
    return reply.code(statusCode).header('cache-control', cached).send(rawPayload)
  }
  for (const path of ['', '/', '/js/scalar.js']) app.get(`/api/docs${path}`, { schema: { hide: true } }, show)
}

/** Loaded with the first reader: the script of these pages is larger than all the rest of the gateway. */
async function openPages(): Promise<FastifyInstance> {
  const [{ fastify }, { default: reference }] = await Promise.all([
    import('fastify'),
    import('@scalar/fastify-api-reference'),
  ])
  const pages = fastify()
  await pages.register(reference, {
    routePrefix: '/api/docs',
    configuration: {
      url: '/api/openapi.json',
      pageTitle: 'Sahary Cloud API',
      favicon: '/customer/sun.svg',
      cdn: '/api/docs/js/scalar.js',
      withDefaultFonts: false,
      telemetry: false,
      hideClientButton: true,
      agent: { disabled: true },
      mcp: { disabled: true },
      showDeveloperTools: 'never',
    } as never,
  })
  await pages.ready()
  return pages
}

/** The page's own inline script runs by its hash, and no other. */
function policyFor(page: unknown): string {
  const scripts = [...String(page).matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].filter(([, text]) => text !== '')
  const hashes = scripts.map(([, text]) => `'sha256-${createHash('sha256').update(text!).digest('base64')}'`)
  return [
    "default-src 'self'",
    `script-src 'self' ${hashes.join(' ')}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}
