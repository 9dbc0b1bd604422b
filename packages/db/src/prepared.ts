import type { ClientBase } from 'pg'

const mark = /^\s*\/\* prepared (\w+) \*\//
type Query = (text: unknown, values?: unknown, ...more: unknown[]) => unknown

/**
 * Has statements that begin with the comment `prepared <name>` parsed and planned once per connection. Meant for the
 * few that run for every event; their text is constant and names its columns, so a migration cannot upset them.
 */
export function prepareMarked(client: ClientBase): void {
  const query = client.query.bind(client) as Query
  client.query = ((text: unknown, values?: unknown, ...more: unknown[]) => {
    const name = typeof text === 'string' && Array.isArray(values) ? mark.exec(text)?.[1] : undefined
    return name ? query({ name, text, values }, ...more) : query(text, values, ...more)
  }) as typeof client.query
}
