import { createServer, type Server as HttpServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { realClock } from '@sahary/clock/clock'
import { createLogger } from '@sahary/observability/log'
import { testVerifier } from '@sahary/testing/principal'
import { createApp, type Deps } from '../src/app.ts'
import { createHub } from '../src/feed/hub.ts'
import type { Limiter } from '../src/limit/store.ts'
import { type Part, partNames } from '../src/proxy/parts.ts'

export const logger = createLogger({ service: 'gateway', level: 'silent' })

/** A limiter for tests of other things. */
export const generous: Limiter = {
  draw: async ({ allowance }) => ({
    allowed: true,
    fullAtMs: 0,
    remaining: allowance.burst,
    retryAfterMs: 0,
    resetMs: 0,
  }),
  close: () => {},
}

/** What a server behind the gateway was asked. */
export type Asked = { method: string; url: string; headers: IncomingHttpHeaders; body: string }
export type Behind = {
  url: string
  asked: Asked[]
  /** How it answers; by default with what it was asked. */
  answer: (asked: Asked, response: ServerResponse) => void
  close: () => Promise<void>
}

/** A plain HTTP server to stand behind the gateway, for what the gateway itself does to requests and answers. */
export async function behind(): Promise<Behind> {
  const server: HttpServer = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      const asked: Asked = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body }
      self.asked.push(asked)
      self.answer(asked, response)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const self: Behind = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    answer: (asked, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ data: asked.url }))
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return self
}

/** Every service at the same address. */
export const partsAt = (url: string, opsUrl: string | null = null): Part[] =>
  partNames.map(name => ({ name, url, opsUrl }))

/** A gateway that lacks nothing but what `more` replaces. */
export const gatewayWith = (more: Partial<Deps>) =>
  createApp({
    db: undefined as never,
    logger,
    verify: testVerifier(),
    clock: realClock,
    keeper: null,
    limiter: generous,
    limitFactor: 1,
    hub: createHub(),
    parts: partsAt('http://127.0.0.1:1'),
    portalDir: undefined,
    trustProxy: 'loopback',
    ...more,
  })
