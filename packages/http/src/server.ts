import type { Server as HttpServer, IncomingMessage, ServerResponse } from 'node:http'
import helmet from '@fastify/helmet'
import type { Principal } from '@sahary/auth/principal'
import type { AccessRow } from '@sahary/contracts/access'
import { Refusal } from '@sahary/contracts/refusal'
import type { Logger } from '@sahary/observability/log'
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifySchemaCompiler,
  fastify,
  LogController,
} from 'fastify'
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { safeParse, type ZodType } from 'zod'
import { enforceAccess, type TurnedAway } from './access.ts'
import { closeWhenDraining } from './drain.ts'
import { faultsOf } from './faults.ts'
import { readJsonOnly, refuseUnreadable } from './json.ts'
import { describeRoutes } from './openapi.ts'
import { refuse } from './refuse.ts'
import { observeRequests, requestIdOf } from './telemetry.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route; filled in from the access table. */
    access?: AccessRow[2]
    /** Keep the body as it came in `request.rawBody`, for signatures. */
    rawBody?: boolean
    /** The gateway's: query and body are for the service behind it to judge, and to describe. */
    delegated?: boolean
  }
  interface FastifyRequest {
    /** Who calls; null on public routes without a valid token. */
    principal: Principal | null
    rawBody?: string
  }
}

/** A Fastify app whose schemas are zod's, in and out. */
export type Server = FastifyInstance<HttpServer, IncomingMessage, ServerResponse, FastifyBaseLogger, ZodTypeProvider>

export type ServerOptions = {
  service: string
  logger: Logger
  /** Turns an access token into its principal or throws a Refusal. */
  verify: (token: string) => Promise<Principal>
  /** Largest body in bytes; 1 MiB unless told. */
  bodyLimit?: number
  /** How many proxies stand before us and own `X-Forwarded-For`; none unless told. */
  trustProxy?: boolean | string | string[]
  turnedAway?: TurnedAway
}

/** An app that speaks our dialect of HTTP and listens to nothing yet: add routes with full public paths. */
export function createServer(options: ServerOptions): Server {
  const { service, logger, verify, bodyLimit, trustProxy = false, turnedAway } = options
  const app = fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    bodyLimit: bodyLimit ?? 1024 * 1024,
    trustProxy,
    requestTimeout: 30_000,
    connectionTimeout: 120_000,
    keepAliveTimeout: 72_000,
    // Node looks for requests that take too long every 30 s by default, which doubles the bound.
    http: { headersTimeout: 15_000, connectionsCheckingInterval: 5000 },
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    frameworkErrors: refuse as never,
    // Lines carry the request's id by its context.
    childLoggerFactory: parent => parent,
    // Given here, so that Fastify does not load compilers of its own.
    schemaController: {
      compilersFactory: {
        buildValidator: () => validatorCompiler as never,
        buildSerializer: () => serializerCompiler as never,
      },
    },
  }) as unknown as Server
  app.setErrorHandler((error, request, reply) => refuse(error, request, reply))
  app.setNotFoundHandler((request, reply) => refuse(new Refusal('not_found'), request, reply))
  const plain = app as unknown as FastifyInstance
  observeRequests(plain)
  closeToTheWorld(plain)
  readJsonOnly(plain)
  enforceAccess(plain, verify, turnedAway)
  refuseUnknown(plain)
  describeRoutes(plain, service)
  closeWhenDraining(plain)
  return app
}

const validatorCompiler: FastifySchemaCompiler<unknown> =
  ({ schema, httpPart }) =>
  input => {
    const parsed = safeParse(schema as ZodType, input)
    if (parsed.success) return { value: parsed.data }
    // A path that names nothing we could have is a path to nothing.
    if (httpPart === 'params') return { error: new Refusal('not_found', { cause: parsed.error }) }
    return {
      error: new Refusal('validation_failed', {
        faults: faultsOf(parsed.error.issues, input ?? undefined),
        cause: parsed.error,
      }),
    }
  }

/** Whatever a route does not describe is refused: query fields, bodies, and texts that cannot be stored. */
function refuseUnknown(app: FastifyInstance): void {
  app.addHook('preValidation', async request => {
    if (request.is404 || request.routeOptions.config?.delegated) return
    refuseUnreadable(request.params, 'malformed_request')
    refuseUnreadable(request.query, 'malformed_request')
    const { querystring, body } = request.routeOptions.schema ?? {}
    const extra = [...(querystring ? [] : keys(request.query)), ...(body ? [] : keys(request.body))]
    if (extra.length > 0)
      throw new Refusal('validation_failed', { faults: extra.map(field => ({ field, code: 'unknown_field' })) })
  })
}

const keys = (value: unknown): string[] => (typeof value === 'object' && value !== null ? Object.keys(value) : [])

/** An API gives browsers nothing to run, and its answers are nobody else's to keep. */
function closeToTheWorld(app: FastifyInstance): void {
  // Called, not registered: a registered plugin would miss the routes and refusals that come before it loads.
  void helmet(app, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
    },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: true },
    xFrameOptions: { action: 'deny' },
  })
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store')
  })
}
