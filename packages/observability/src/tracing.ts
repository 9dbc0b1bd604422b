import {
  type Attributes,
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'

const tracer = () => trace.getTracer('sahary')
let collecting = false

/** Whether spans of this process go anywhere: what happens very often makes them only then. */
export const isCollecting = (): boolean => collecting

/**
 * Starts tracing in this process: context flows through promises, headers are W3C Trace Context, and spans go to
 * the OTLP collector at the address `to`, or to an exporter, or nowhere. Bundles defeat automatic instrumentation, so
 * spans are made by hand at our own seams. `stop` sends what is left.
 */
export function startTracing(service: string, to?: string | SpanExporter): { stop(): Promise<void> } {
  const exporter = typeof to === 'string' ? collectorAt(to) : to
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.namespace': 'sahary' }),
    spanProcessors: exporter ? [new BatchSpanProcessor({ exporter, exportTimeoutMillis: 5000 })] : [],
  })
  collecting = exporter !== undefined
  trace.setGlobalTracerProvider(provider)
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  return { stop: () => provider.shutdown() }
}

const collectorAt = (address: string): SpanExporter =>
  new OTLPTraceExporter({ url: `${address.replace(/\/+$/, '')}/v1/traces`, timeoutMillis: 5000 })

/** The context that `traceparent` names, or the running one when it is absent or malformed. */
export const contextOf = (traceparent?: string): Context =>
  traceparent ? propagation.extract(ROOT_CONTEXT, { traceparent }) : context.active()

/** The W3C `traceparent` of the running span, to be sent along with whatever it causes. */
export function currentTraceparent(): string | undefined {
  const carrier: { traceparent?: string } = {}
  propagation.inject(context.active(), carrier)
  return carrier.traceparent
}

/** Runs `fn` as a consequence of the span that `traceparent` names. */
export const withTraceparent = <T>(traceparent: string | undefined, fn: () => T): T =>
  context.with(contextOf(traceparent), fn)

/** Runs `fn` inside a span; an error it throws marks the span and is thrown on. */
export function withSpan<T>(
  name: string,
  attributes: Attributes,
  fn: () => Promise<T>,
  parentTraceparent?: string,
): Promise<T> {
  const kind = SpanKind.INTERNAL
  return tracer().startActiveSpan(name, { attributes, kind }, contextOf(parentTraceparent), async span => {
    try {
      return await fn()
    } catch (error) {
      span.recordException(error as Error)
      span.setStatus({ code: SpanStatusCode.ERROR })
      throw error
    } finally {
      span.end()
    }
  })
}
