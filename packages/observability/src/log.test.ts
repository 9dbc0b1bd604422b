import { trace } from '@opentelemetry/api'
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace'
import { describe, expect, it, vi } from 'vitest'
import { logContext, withLogContext } from './context.ts'
import { createLogger } from './log.ts'
import { counter, createMetrics, registry, secondsHistogram } from './metrics.ts'
import { currentTraceparent, startTracing, withSpan, withTraceparent } from './tracing.ts'

function recorded() {
  const lines: Record<string, unknown>[] = []
  const logger = createLogger({ service: 'test', level: 'debug' }, { write: line => void lines.push(JSON.parse(line)) })
  return { logger, lines }
}

describe('a log line', () => {
  it('is JSON with a level, an instant in UTC and the service', () => {
    const { logger, lines } = recorded()
    logger.info({ vm: 3 }, 'started\nforged line')
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({ level: 'info', service: 'test', vm: 3, message: 'started\nforged line' })
    expect(lines[0]?.time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  })

  it('holds no secret, whichever way it came in', () => {
    const { logger, lines } = recorded()
    logger.info({
      password: 'p4',
      headers: { authorization: 'Bearer p4', cookie: 'p4', 'set-cookie': 'p4' },
      request: { body: { password: 'p4', refreshToken: 'p4', inner: { secret: 'p4' } } },
      config: { DATABASE_URL: 'postgres://u:p4@h/d' },
    })
    expect(JSON.stringify(lines)).not.toContain('p4')
  })

  it('tells the whole chain of causes', () => {
    const { logger, lines } = recorded()
    logger.error({ error: new Error('outer', { cause: new Error('inner') }) }, 'failed')
    expect(JSON.stringify(lines[0]?.error)).toMatch(/outer.*inner/)
  })

  it('carries what is known of the request, through promises', async () => {
    const { logger, lines } = recorded()
    await withLogContext({ request_id: 'r1' }, async () => {
      await Promise.resolve()
      logContext()!.account = 4
      logger.info('inside')
    })
    logger.info('outside')
    expect(lines[0]).toMatchObject({ request_id: 'r1', account: 4 })
    expect(lines[1]).not.toHaveProperty('request_id')
  })
})

describe('a metric', () => {
  it('is made once, however often it is asked for', async () => {
    createMetrics('test')
    createMetrics('test')
    counter('things_total', 'Things.', ['kind']).inc({ kind: 'a' })
    counter('things_total', 'Things.', ['kind']).inc({ kind: 'a' })
    secondsHistogram('work_seconds', 'Work.').observe(0.2)
    expect(await registry.metrics()).toContain('things_total{kind="a",service="test"} 2')
  })
})

describe('a trace', () => {
  it('flows from a traceparent through promises into the next one and into the log', async () => {
    const exporter = new InMemorySpanExporter()
    const tracing = startTracing('test', exporter)
    const { logger, lines } = recorded()
    const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await withTraceparent(parent, async () => {
      await Promise.resolve()
      await withSpan('work', { kind: 'test' }, async () => {
        logger.info('inside')
        expect(currentTraceparent()).toMatch(
          /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/,
        )
      })
    })
    expect(lines[0]).toMatchObject({ trace_id: '0af7651916cd43dd8448eb211c80319c' })
    expect(trace.getActiveSpan()).toBeUndefined()
    await expect(withSpan('fails', {}, async () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    withTraceparent('garbage', () => expect(currentTraceparent()).toBeUndefined())
    expect(exporter.getFinishedSpans()).toEqual([])
    const send = vi.spyOn(exporter, 'export')
    await tracing.stop()
    const sent = send.mock.calls.flatMap(([spans]) => spans)
    expect(sent.map(({ name, resource }) => [name, resource.attributes['service.name']])).toEqual([
      ['work', 'test'],
      ['fails', 'test'],
    ])
  })
})
