import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Metrics = { contentType: string; metrics(): Promise<string> }

/**
 * The private port of a process: `/livez` (the loop turns), `/readyz` (it can serve: its database answers and it is not
 * draining; never NATS), `/startupz` (its migrations are applied), `/metrics` and `/internal/openapi.json`.
 */
export async function startOps({
  port,
  host = '127.0.0.1',
  live = () => true,
  ready,
  started,
  metrics,
  openapi,
}: {
  port: number
  host?: string
  live?: () => boolean
  ready: () => boolean | Promise<boolean>
  started: () => boolean | Promise<boolean>
  metrics: Metrics
  openapi?: () => unknown
}): Promise<{ port: number; close(): Promise<void> }> {
  const answers: Record<string, (response: ServerResponse) => Promise<unknown>> = {
    '/livez': async response => say(response, live()),
    '/readyz': async response => say(response, await soon(ready)),
    '/startupz': async response => say(response, await soon(started)),
    '/metrics': async response => response.setHeader('content-type', metrics.contentType).end(await metrics.metrics()),
    '/internal/openapi.json': async response =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(openapi?.() ?? {})),
  }
  const server = createServer((request, response) => {
    const answer = answers[request.url?.split('?')[0] ?? '']
    if (!answer || request.method !== 'GET') response.writeHead(404).end()
    else answer(response).catch(() => response.writeHead(500).end())
  })
  server.requestTimeout = 5000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

function say(response: ServerResponse, good: boolean): void {
  response.writeHead(good ? 200 : 503, { 'content-type': 'text/plain' }).end(good ? 'ok\n' : 'no\n')
}

/** The answer within a second; a dependency that hangs is one that does not answer. */
function soon(ask: () => boolean | Promise<boolean>): Promise<boolean> {
  const late = new Promise<boolean>(resolve => setTimeout(resolve, 1000, false).unref())
  return Promise.race([Promise.resolve().then(ask), late]).catch(() => false)
}
