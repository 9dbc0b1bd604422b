import type { Pool, PoolClient, QueryResult } from 'pg'
import { ensureStatements, joined, marked } from './prepared.ts'
import type { Wire } from './wire.ts'

/** What Kysely takes for a connection. It is one of the pool's from the first message on, and none before. */
export type Session = {
  query: (text: string, values?: readonly unknown[]) => Promise<QueryResult>
  release: (discard?: boolean) => void
}

const nothing = (command: string) => ({ command, rows: [], rowCount: 0, fields: [] }) as unknown as QueryResult
const opening = '/* opening */ '
const ending = '; commit'

/** Text without parameters that shares a message with what comes next in its transaction; its answer is not waited for. */
export const asOpening = (text: string): string => opening + text
/** Text without parameters that ends its transaction. */
export const asEnding = (text: string): string => text + ending

/**
 * Spares messages. `begin` waits for the first statement: one without parameters shares a message with it, and a
 * transaction without statements costs nothing. A text that ends its transaction (`asEnding`) is sent with its commit;
 * one that is all of its transaction goes by the wire. One message and not several in a row: when a part of it fails,
 * the server does not look at the rest.
 */
export function openSession(pool: Pool, wire: Wire): Session {
  let held: Promise<PoolClient> | undefined
  /** What opens the transaction and was not sent yet. */
  let begin: string[] = []
  let begun: Promise<unknown> | undefined
  let ended = false

  const hold = (): Promise<PoolClient> => {
    held ??= pool.connect()
    return held
  }

  const first = (client: PoolClient, texts: readonly string[]): Promise<unknown> => {
    begin = []
    const answer = client.query(joined(texts))
    begun = answer
    return answer
  }

  const whole = async (texts: readonly string[]): Promise<QueryResult> => {
    await wire.send(joined(texts))
    ended = true
    return nothing('COMMIT')
  }

  const ready = async (text: string): Promise<PoolClient> => {
    try {
      const client = await hold()
      await ensureStatements(client, statement => client.query(statement), joined([...begin, text]))
      return client
    } catch (error) {
      // So that the `rollback` to come is sent, and shows whether the connection is of any more use.
      begin = []
      throw error
    }
  }

  const send = async (text: string, values: readonly unknown[]): Promise<QueryResult> => {
    if (begin[0] === 'begin' && text.endsWith(ending) && values.length === 0)
      return whole([...begin.slice(1), text.slice(0, -ending.length)])
    const client = await ready(text)
    if (values.length === 0) {
      const results = await (begin.length > 0
        ? first(client, [...begin, text])
        : after(begun, () => client.query(text)))
      ended = text.endsWith(ending)
      return Array.isArray(results) ? results.at(-1)! : (results as QueryResult)
    }
    if (begin.length > 0) await first(client, begin)
    return after(begun, () => client.query(marked(text, [...values])))
  }

  const end = async (text: string): Promise<QueryResult> => {
    if (text === 'commit' && begin.length > 1 && !ended) await whole(begin.slice(1))
    const isDone = begin.length > 0 || ended
    ;[begin, begun, ended] = [[], undefined, false]
    return isDone ? nothing(text.toUpperCase()) : send(text, [])
  }

  return {
    query: (text, values = []) => {
      if (/^(begin|start transaction)\b/.test(text)) {
        ;[begin, begun, ended] = [[text], undefined, false]
        return Promise.resolve(nothing('BEGIN'))
      }
      if (text.startsWith(opening) && begin.length > 0) {
        begin.push(text.slice(opening.length))
        return Promise.resolve(nothing('SELECT'))
      }
      return text === 'commit' || text === 'rollback' ? end(text) : send(text, values)
    },
    release: discard => {
      const client = held
      held = undefined
      client?.then(
        one => one.release(discard),
        () => {},
      )
    },
  }
}

/** Statements side by side wait for their transaction to have begun: none may run outside it. */
async function after<T>(begun: Promise<unknown> | undefined, run: () => Promise<T>): Promise<T> {
  if (begun) await begun
  return run()
}
