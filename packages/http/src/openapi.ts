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
