import swagger, { type SwaggerOptions } from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { createJsonSchemaTransform } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Problem } from './problem.ts'

const problem = z.toJSONSchema(Problem, { target: 'draft-2020-12' })
const refusals = {
  description: 'A refusal (RFC 9457).',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

// An answer without content has no JSON Schema; that is no reason to describe nothing.
const jsonSchemaTransform = createJsonSchemaTransform({ zodToJsonConfig: { unrepresentable: 'any' } })

type Described = {
  parameters?: { in: string; name: string; required?: boolean }[]
  requestBody?: { required?: boolean; content: Record<string, { schema?: { anyOf?: { type?: string }[] } }> }
}

/**
 * What the generator gets wrong: a key that the handler demands is no option, and a body that may be null need not come.
 */
function truthful<D extends { paths?: object | undefined }>(document: D): D {
  const operations = Object.values(document.paths ?? {}).flatMap(path => Object.values(path as object)) as Described[]
  for (const { parameters = [], requestBody } of operations) {
    for (const parameter of parameters) if (parameter.name === 'idempotency-key') parameter.required = true
    const schema = requestBody?.content['application/json']?.schema
    if (requestBody && schema?.anyOf?.some(({ type }) => type === 'null')) requestBody.required = false
  }
  return document
}

/** Describes every route in OpenAPI 3.1, from the same schemas that check requests and answers; see `app.swagger()`. */
export function describeRoutes(app: FastifyInstance, service: string): void {
  const { $schema: _dialect, ...schema } = problem
  const options: SwaggerOptions = {
    openapi: {
      openapi: '3.1.1',
      info: { title: `Sahary Cloud: ${service}`, version: '1' },
      components: {
        schemas: { Problem: schema as never },
        securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
    },
    transformObject: document =>
      'openapiObject' in document ? truthful(document.openapiObject) : document.swaggerObject,
    transform: document => {
      const access = document.route.config?.access
      if (access === undefined || document.route.config?.delegated) return { schema: { hide: true }, url: document.url }
      const { schema: described, url } = jsonSchemaTransform(document as never)
      const response = { ...(described as { response?: object } | undefined)?.response, default: refusals }
      const security = access === 'public' ? [] : [{ token: [] }]
      return { schema: { tags: [service], ...(described as object), security, response } as never, url }
    },
  }
  // Called, not registered: a registered plugin would miss the routes that are added before it loads.
  swagger(app, options, error => {
    if (error) throw error
  })
}
