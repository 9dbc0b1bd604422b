import type { ClientBase, QueryResult } from 'pg'

const mark = /^\s*\/\* prepared (\w+) \*\//
type Query = (text: unknown, values?: unknown, ...more: unknown[]) => unknown

/**
 * Has statements that begin with the comment `prepared <name>` parsed and planned once per connection. Meant for the
 * few that run for every event; their text is constant and names its columns, so a migration cannot upset them.
 * Of several statements in one message the last one's result counts.
 */
export function prepareMarked(client: ClientBase): void {
  const query = client.query.bind(client) as Query
  client.query = ((text: unknown, values?: unknown, ...more: unknown[]) => {
    if (typeof text !== 'string' || !Array.isArray(values)) return query(text, values, ...more)
    const name = mark.exec(text)?.[1]
    if (name) return query({ name, text, values }, ...more)
    const result = query(text, values, ...more)
    return text.startsWith('begin; ') ? (result as Promise<QueryResult[]>).then(results => results.at(-1)) : result
  }) as typeof client.query
}
