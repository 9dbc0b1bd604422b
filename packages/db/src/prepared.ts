import pg, { type ClientBase, type QueryConfig } from 'pg'

const mark = /^\s*\/\* prepared (\w+) \*\//
const statements = new Map<string, string>()
const known = new WeakMap<ClientBase, Map<string, Promise<unknown>>>()

type Value = string | number | bigint | null

/**
 * A statement that every connection parses and plans once, at its first use, and that is executed by text, so that it
 * can share a message with others. Gives what makes that text of values. Its own text is constant and names its
 * columns, so a migration cannot upset it.
 */
export function preparedStatement(
  name: string,
  types: readonly string[],
  text: string,
): (...values: readonly Value[]) => string {
  statements.set(name, `prepare ${name} (${types.join()}) as ${text}`)
  return (...values) => `/* prepared ${name} */ execute ${name}(${values.map(literal).join()})`
}

/** PostgreSQL's array literal of plain words such as ids and dates. */
export const arrayOf = (words: readonly string[]): string => `{${words.join()}}`

function literal(value: Value): string {
  if (value === null) return 'null'
  return typeof value === 'string' ? pg.escapeLiteral(value) : String(value)
}

/** Prepares what `text` executes, where this connection has not done so. */
export async function ensureStatements(
  client: ClientBase,
  query: (text: string) => Promise<unknown>,
  text: string,
): Promise<void> {
  const name = mark.exec(text)?.[1]
  const statement = name && statements.get(name)
  if (!name || !statement) return
  const made = known.get(client) ?? new Map<string, Promise<unknown>>()
  known.set(client, made)
  if (!made.has(name)) made.set(name, query(statement))
  await made.get(name)?.catch((error: unknown) => {
    made.delete(name)
    throw error
  })
}

/** A statement with parameters that begins with the comment `prepared <name>`, as one that pg parses once. */
export function marked(text: string, values: unknown[]): QueryConfig {
  const name = mark.exec(text)?.[1]
  return name ? { name, text, values } : { text, values }
}
