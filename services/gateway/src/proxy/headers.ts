/** Headers by their names in small letters. */
type Headers = Record<string, string | string[] | undefined>

/** Headers that only a proxy of ours may write; what a client says in them is not passed on. */
const ours = /^(x-forwarded-.*|forwarded|x-real-ip|via|traceparent|tracestate|baggage|x-request-id|proxy-.*)$/
/** Headers that end at each hop (RFC 9110, 7.6.1). */
const hop = /^(connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|host)$/

export type Hop = { ip: string; host: string; protocol: string; requestId: string; traceparent: string | undefined }

/** A client's headers as a service behind us gets them. */
export function forwardedHeaders(headers: Headers, hopOf: Hop): Headers {
  const named = String(headers.connection ?? '')
    .toLowerCase()
    .split(',')
    .map(name => name.trim())
  const kept = Object.entries(headers).filter(([name]) => !ours.test(name) && !hop.test(name) && !named.includes(name))
  return {
    ...Object.fromEntries(kept),
    'x-forwarded-for': hopOf.ip,
    'x-forwarded-host': hopOf.host,
    'x-forwarded-proto': hopOf.protocol,
    'x-request-id': hopOf.requestId,
    ...(hopOf.traceparent ? { traceparent: hopOf.traceparent } : {}),
  }
}
