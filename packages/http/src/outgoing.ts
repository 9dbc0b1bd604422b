import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { logContext } from '@sahary/observability/context'
import { currentTraceparent } from '@sahary/observability/tracing'

/**
 * Asks another process over HTTP for JSON, within `timeoutMs` in all. Gives the parsed body of a 2xx answer and throws
 * for anything else; redirects are not followed. The request carries the trace and the id of the running one.
 */
export async function getJson(
  url: string,
  { timeoutMs, headers = {} }: { timeoutMs: number; headers?: Record<string, string> },
): Promise<unknown> {
  const { host } = new URL(url)
  const span = trace.getTracer('sahary').startSpan(`GET ${host}`, { kind: SpanKind.CLIENT })
  const traceparent = context.with(trace.setSpan(context.active(), span), currentTraceparent)
  const requestId = logContext()?.request_id
  try {
    const response = await fetch(url, {
      headers: {
        accept: 'application/json',
        ...(traceparent ? { traceparent } : {}),
        ...(requestId ? { 'x-request-id': requestId } : {}),
        ...headers,
      },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (!response.ok) throw new Error(`${host} answered ${response.status}`)
    return await response.json()
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR })
    throw error
  } finally {
    span.end()
  }
}
