import type { ClientBase, QueryResult } from 'pg'
import { ensureStatements, marked } from './prepared.ts'

type Query = (text: unknown, values?: unknown, ...more: unknown[]) => Promise<QueryResult>

const nothing = (command: string) => ({ command, rows: [], rowCount: 0, fields: [] }) as unknown as QueryResult

/**
 * Spares a connection round trips. `begin` waits for the first statement: one without parameters shares a message
 * with it, and a transaction without statements costs nothing. A text that ends with `; commit` ends its transaction,
 * and the `commit` after it is not sent again. One message and not several in a row: when a part of it fails, the
 * server does not look at the rest.
 */
export function frameTransactions(client: ClientBase): void {
  const query = client.query.bind(client) as Query
  let begin: string | undefined
  let begun: Promise<unknown> | undefined
  let ended = false

  const first = (message: string): Promise<QueryResult | QueryResult[]> => {
    begin = undefined
    const answer = query(message) as Promise<QueryResult | QueryResult[]>
    begun = answer
    return answer
  }

  const send = async (text: string, values: unknown[]): Promise<QueryResult> => {
    await ensureStatements(client, query, text).catch((error: unknown) => {
      // So that the `rollback` to come is sent, and shows whether the connection is of any more use.
      begin = undefined
      throw error
    })
    if (values.length === 0) {
      const results = await (begin ? first(`${begin}; ${text}`) : after(begun, () => query(text)))
      ended = text.endsWith('; commit')
      return Array.isArray(results) ? results.at(-1)! : results
    }
    if (begin) await first(begin)
    return after(begun, () => query(marked(text, values)))
  }

  client.query = ((text: unknown, values?: unknown, ...more: unknown[]) => {
    if (typeof text !== 'string' || !Array.isArray(values) || more.length > 0) return query(text, values, ...more)
    if (/^(begin|start transaction)\b/.test(text)) {
      ;[begin, begun, ended] = [text, undefined, false]
      return Promise.resolve(nothing('BEGIN'))
    }
    const isEnd = text === 'commit' || text === 'rollback'
    if (isEnd && (begin || ended)) {
      ;[begin, begun, ended] = [undefined, undefined, false]
      return Promise.resolve(nothing(text.toUpperCase()))
    }
    if (isEnd) begun = undefined
    return send(text, values)
  }) as typeof client.query
}

/** Statements side by side wait for their transaction to have begun: none may run outside it. */
async function after<T>(begun: Promise<unknown> | undefined, run: () => Promise<T>): Promise<T> {
  if (begun) await begun
  return run()
}
