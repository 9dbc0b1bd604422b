import pg, { type QueryConfig } from 'pg'

const head = '/* prepared '
const tail = ' */ '
const statements = new Map<string, string>()
const known = new WeakMap<object, Map<string, Promise<unknown>>>()

export type Value = string | number | bigint | boolean | Date | Buffer | null

/**
 * A statement that every connection parses and plans once, at its first use, and that is executed by text, so that it
 * can share a message with others. Gives what makes that text of values. Its own text is constant and names its
 * columns, so a migration cannot upset it. Without `types` PostgreSQL finds them out.
 */
export function preparedStatement(
  name: string,
  types: readonly string[],
  text: string,
): (...values: readonly Value[]) => string {
  statements.set(name, `prepare ${name}${types.length > 0 ? ` (${types.join()})` : ''} as ${text}`)
  return (...values) => `${head}${name}${tail}execute ${name}${values.length > 0 ? `(${values.map(literal)})` : ''}`
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

/** A text and the names of what it executes. */
function read(text: string): { names: string[]; bare: string } {
  const trimmed = text.trimStart()
  const end = trimmed.startsWith(head) ? trimmed.indexOf(tail.trimEnd()) : -1
  if (end < 0) return { names: [], bare: text }
  return { names: trimmed.slice(head.length, end).split(','), bare: trimmed.slice(end + tail.length) }
}

/** One text of several, which still tells what it executes. */
export function joined(texts: readonly string[]): string {
  const parts = texts.map(read)
  const names = new Set(parts.flatMap(part => part.names))
  const bare = parts.map(part => part.bare).join('; ')
  return names.size > 0 ? `${head}${[...names]}${tail}${bare}` : bare
}

/** Prepares what `text` executes, where this connection (`query` asks it) has not done so. */
export async function ensureStatements(
  connection: object,
  query: (text: string) => Promise<unknown>,
  text: string,
): Promise<void> {
  for (const name of read(text).names) {
    const statement = statements.get(name)
    const made = known.get(connection) ?? new Map<string, Promise<unknown>>()
    known.set(connection, made)
    if (statement && !made.has(name)) made.set(name, query(statement))
    await made.get(name)?.catch((error: unknown) => {
      made.delete(name)
      throw error
    })
  }
}

/** A statement with parameters that begins with the comment `prepared <name>`, as one that pg parses once. */
export function marked(text: string, values: unknown[]): QueryConfig {
  const [name] = read(text).names
  return name ? { name, text, values } : { text, values }
}
