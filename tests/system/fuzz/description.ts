/** As much of JSON Schema as making values needs; what the API describes is checked by a whole validator. */
export type Schema = {
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null'
  enum?: unknown[]
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  format?: string
  pattern?: string
} & Partial<Record<Bound, number>>
type Bound =
  | ('minimum' | 'maximum' | 'exclusiveMinimum' | 'multipleOf')
  | ('minLength' | 'maxLength' | 'minItems' | 'maxItems')

type Content = { content?: Record<string, { schema?: Schema }> }
type Described = {
  parameters?: { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: Schema }[]
  requestBody?: Content & { required?: boolean }
  responses: Record<string, Content>
}
export type Document = { paths: Record<string, Record<string, Described>> }
/** One method of one path, as the API describes it. */
export type Operation = Described & { method: string; path: string }

/** The operation of a route whose path is written as Fastify writes it (`/vms/:id`); undefined when undescribed. */
export function operationAt({ paths }: Document, method: string, template: string): Operation | undefined {
  const path = template.replace(/:(\w+)/g, '{$1}')
  const described = paths[path]?.[method.toLowerCase()]
  return described && { ...described, method, path }
}

export const bodySchemaOf = ({ requestBody }: Described): Schema | undefined =>
  requestBody?.content?.['application/json']?.schema
