/** As much of an OpenAPI document as merging needs. */
export type OpenApi = {
  openapi?: string
  info?: object
  paths?: Record<string, unknown>
  components?: Record<string, Record<string, unknown>>
  tags?: unknown[]
}

const info = {
  title: 'Sahary Cloud',
  version: '1',
  description:
    'Virtual machines that run on the sun. Success is `{ data, meta? }`; refusals are RFC 9457 problems with a `code`, in ' +
    'the language of `Accept-Language` (ar, en). Money is in minor units, energy in watt-hours as decimal strings.',
}

/**
 * One document of the whole API from those of the services. A service whose schemas have names that another uses for
 * something else gets its own name before them.
 */
export function mergeOpenApi(documents: readonly { name: string; document: OpenApi }[]): OpenApi {
  const paths: Record<string, unknown> = {}
  const components: Record<string, Record<string, unknown>> = {}
  for (const { name, document } of documents) {
    const own = renamed(name, document, components)
    for (const [path, operations] of Object.entries(own.paths ?? {}))
      paths[path] = { ...(paths[path] as object | undefined), ...(operations as object) }
    for (const [kind, entries] of Object.entries(own.components ?? {}))
      components[kind] = { ...components[kind], ...entries }
  }
  const tags = documents.map(({ name }) => ({ name }))
  const sorted = Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1)))
  return { openapi: '3.1.1', info, tags, paths: sorted, components }
}

function renamed(name: string, document: OpenApi, taken: Record<string, Record<string, unknown>>): OpenApi {
  let text = JSON.stringify(document)
  for (const [schema, shape] of Object.entries(document.components?.schemas ?? {})) {
    const other = taken.schemas?.[schema]
    if (other === undefined || JSON.stringify(other) === JSON.stringify(shape)) continue
    const fresh = `${name.charAt(0).toUpperCase()}${name.slice(1)}${schema}`
    text = text.replaceAll(`"#/components/schemas/${schema}"`, `"#/components/schemas/${fresh}"`)
    text = text.replace(`"${schema}":${JSON.stringify(shape)}`, `"${fresh}":${JSON.stringify(shape)}`)
  }
  return JSON.parse(text) as OpenApi
}
