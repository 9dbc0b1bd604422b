import { z } from 'zod'

/** A whole number written in digits, between `least` and `most`. */
export const numberText = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(least).max(most))

/** `true` or `false`, and nothing else. */
export const booleanText = z.enum(['true', 'false'], 'must be true or false').transform(text => text === 'true')

/** An address with one of `schemes`, for instance `['postgres', 'postgresql']`. */
export const addressText = (...schemes: string[]) =>
  z.string().refine(
    text => {
      const url = URL.canParse(text) ? new URL(text) : null
      return url !== null && schemes.includes(url.protocol.slice(0, -1))
    },
    `must be an address that starts with ${schemes.map(scheme => `${scheme}://`).join(' or ')}`,
  )

const port = numberText(0, 65_535)

export const httpFields = {
  HOST: z.string().default('127.0.0.1').describe('The address to listen on; 0.0.0.0 in a container.'),
  PORT: port.describe('The port of the API; 0 lets the system choose.'),
  OPS_PORT: port.describe('The private port of /livez, /readyz, /startupz, /metrics and /internal/openapi.json.'),
}

export const databaseFields = {
  DATABASE_URL: addressText('postgres', 'postgresql').describe('PostgreSQL, with the login role of this service.'),
  DATABASE_POOL: numberText(1, 200).default(10).describe('The most connections this process opens.'),
}

export const natsFields = {
  NATS_URL: addressText('nats', 'tls').describe('NATS, with the user and password of this service.'),
}

export const tokenFields = {
  JWKS_URL: addressText('http', 'https').describe('Where identity publishes the keys that verify access tokens.'),
  TOKEN_ISSUER: z.string().default('sahary').describe('The `iss` that access tokens must carry.'),
  TOKEN_AUDIENCE: z.string().default('sahary-api').describe('The `aud` that access tokens must carry.'),
}

export const clockFields = {
  CLOCK: z
    .enum(['real', 'simulated'])
    .default('real')
    .describe('The business clock: real time, or the clock that the gateway keeps.'),
}

export const logFields = {
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('How much is logged.'),
}

export const traceFields = {
  // The name is OpenTelemetry's own, and so is its meaning.
  OTEL_EXPORTER_OTLP_ENDPOINT: addressText('http', 'https')
    .optional()
    .describe('The collector that traces are sent to, by OTLP over HTTP; without one they go nowhere.'),
}

/** What every service of the platform needs. */
export const commonFields = {
  ...httpFields,
  ...databaseFields,
  ...natsFields,
  ...tokenFields,
  ...clockFields,
  ...logFields,
  ...traceFields,
}
