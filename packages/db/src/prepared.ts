import pg, { type QueryConfig } from 'pg'

/** SQL without parameters, and the names of the prepared statements that it executes. */
export type Statement = { text: string; executes: readonly string[] }

export type Value = string | number | bigint | boolean | Date | Buffer | null

const statements = new Map<string, string>()
const known = new WeakMap<object, Map<string, Promise<unknown>>>()

/** SQL that executes nothing prepared. */
export const statement = (text: string): Statement => ({ text, executes: [] })

/**
 * A statement that every connection parses and plans once, at its first use, and that is executed by text, so that it
 * can share a message with others. Gives what makes that text of values. Its own text is constant and names its
 * columns, so a migration cannot upset it. Without `types` PostgreSQL finds them out.
 */
export function preparedStatement(
  name: string,
  types: readonly string[],
  text: string,
): (...values: readonly Value[]) => Statement {
  statements.set(name, `prepare ${name}${types.length > 0 ? ` (${types.join()})` : ''} as ${text}`)
  const executes = [name]
  return (...values) => ({
    text: `execute ${name}${values.length > 0 ? `(${values.map(literal).join()})` : ''}`,
    executes,
  })
}

/** PostgreSQL's array literal of plain words such as ids and dates. */
export const arrayOf = (words: readonly string[]): string => `{${words.join()}}`

function literal(value: Value): string {
  if (value === null) return 'null'
  const text = textOf(value)
  // It would end the message in the middle.
  if (text.includes('\0')) throw new Error('text with U+0000 cannot be stored')
  return pg.escapeLiteral(text)
}

function textOf(value: Exclude<Value, null>): string {
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`
  return value instanceof Date ? value.toISOString() : String(value)
}

/** One message of several statements. */
export function joined(parts: readonly Statement[]): Statement {
  return { text: parts.map(({ text }) => text).join('; '), executes: parts.flatMap(({ executes }) => executes) }
}

/** Prepares what a message executes, where this connection (`query` asks it) has not done so. */
export async function ensureStatements(
  connection: object,
  query: (text: string) => Promise<unknown>,
  { executes }: Statement,
): Promise<void> {
  const made = known.get(connection) ?? new Map<string, Promise<unknown>>()
  known.set(connection, made)
  for (const name of new Set(executes)) {
    if (!made.has(name)) made.set(name, query(statements.get(name)!))
    await made.get(name)?.catch((error: unknown) => {
      made.delete(name)
      throw error
    })
  }
}

/** A statement with parameters that begins with the comment `prepared <name>`, as one that pg parses once. */
export function marked(text: string, values: readonly unknown[]): QueryConfig {
  const name = /^\s*\/\* prepared (\w+) \*\//.exec(text)?.[1]
  return { text, values: [...values], ...(name && { name }) }
}
