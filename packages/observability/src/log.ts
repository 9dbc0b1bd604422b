import { isSpanContextValid, trace } from '@opentelemetry/api'
import { type DestinationStream, type Logger, pino, stdSerializers, stdTimeFunctions } from 'pino'
import { logContext } from './context.ts'

export type { Logger } from 'pino'

const secrets = [
  'authorization',
  'Authorization',
  'cookie',
  'Cookie',
  'set-cookie',
  'password',
  'passwordHash',
  'token',
  'accessToken',
  'refreshToken',
  'secret',
  'privateKey',
  'privateJwk',
  'apiKey',
  'DATABASE_URL',
  'NATS_URL',
  'REDIS_URL',
  'MQTT_URL',
]
/** Secrets are cut out by key, at the top and up to three levels down. */
const paths = secrets.flatMap(key =>
  ['', '*.', '*.*.', '*.*.*.'].map(prefix => (key.includes('-') ? `${prefix.slice(0, -1)}["${key}"]` : prefix + key)),
)

/**
 * The JSON log of a process: one line per entry on standard output (or `destination`), UTC ISO time, secrets redacted,
 * request id, trace id and account of the running request added by themselves.
 */
export function createLogger(
  { service, level = 'info' }: { service: string; level?: string },
  destination?: DestinationStream,
): Logger {
  const options = {
    level,
    base: { service },
    messageKey: 'message',
    errorKey: 'error',
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { error: stdSerializers.errWithCause, err: stdSerializers.errWithCause },
    redact: { paths, censor: '[redacted]' },
    mixin: () => ({ ...logContext(), ...traceId() }),
  }
  return destination ? pino(options, destination) : pino(options)
}

function traceId(): { trace_id?: string } {
  const span = trace.getActiveSpan()?.spanContext()
  return span && isSpanContextValid(span) ? { trace_id: span.traceId } : {}
}
