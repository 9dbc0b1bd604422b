import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { currentTraceparent, startTracing, withSpan } from '@sahary/observability/tracing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { getJson } from './outgoing.ts'

const heard: (string | undefined)[] = []
const spans: { name: string; id: string; parent: string | undefined }[] = []
const server = createServer((request, response) => {
  heard.push(request.headers.traceparent as string | undefined)
  response.end('{"data":1}')
})

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterAll(() => void server.close())

it('a request names its own span as the cause of what it asks for, and that one its own cause', async () => {
  const tracing = startTracing('test', {
    export: (finished, done) => {
      for (const span of finished)
        spans.push({ name: span.name, id: span.spanContext().spanId, parent: span.parentSpanContext?.spanId })
      done({ code: 0 })
    },
    shutdown: async () => {},
  })
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const caller = await withSpan('work', {}, async () => {
    await getJson(`http://${host}/`, { timeoutMs: 5000 })
    return currentTraceparent()
  })
  await tracing.stop()
  const [, trace, own] = caller!.split('-')
  const asked = spans.find(({ name }) => name === `GET ${host}`)!
  expect(asked.parent).toBe(own)
  expect(heard).toEqual([`00-${trace}-${asked.id}-01`])
})
