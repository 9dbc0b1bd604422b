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

/** A session's state. `begin` is what opens its transaction and was not sent yet; `begun` is the answer to it. */
type Open = {
  pool: Pool
  wire: Wire
  held: Promise<PoolClient> | undefined
  begin: string[]
  begun: Promise<unknown> | undefined
  ended: boolean
}

/**
 * Spares messages. `begin` waits for the first statement: one without parameters shares a message with it, and a
 * transaction without statements costs nothing. A text that ends its transaction (`asEnding`) is sent with its commit;
 * one that is all of its transaction goes by the wire. One message and not several in a row: when a part of it fails,
 * the server does not look at the rest.
 */
export function openSession(pool: Pool, wire: Wire): Session {
  const open: Open = { pool, wire, held: undefined, begin: [], begun: undefined, ended: false }
  return {
    query: (text, values = []) => {
      if (/^(begin|start transaction)\b/.test(text)) {
        reset(open, [text])
        return Promise.resolve(nothing('BEGIN'))
      }
      if (text.startsWith(opening) && open.begin.length > 0) {
        open.begin.push(text.slice(opening.length))
        return Promise.resolve(nothing('SELECT'))
      }
      return text === 'commit' || text === 'rollback' ? end(open, text) : send(open, text, values)
    },
    release: discard => {
      const client = open.held
      open.held = undefined
      client?.then(
        one => one.release(discard),
        () => {},
      )
    },
  }
}

function reset(open: Open, begin: string[]): void {
  Object.assign(open, { begin, begun: undefined, ended: false })
}

async function send(open: Open, text: string, values: readonly unknown[]): Promise<QueryResult> {
  if (open.begin[0] === 'begin' && text.endsWith(ending) && values.length === 0)
    return sendWhole(open, [...open.begin.slice(1), text.slice(0, -ending.length)])
  const client = await ready(open, text)
  if (values.length === 0) {
    const results = await (open.begin.length > 0
      ? sendFirst(open, client, [...open.begin, text])
      : after(open.begun, () => client.query(text)))
    open.ended = text.endsWith(ending)
    return Array.isArray(results) ? results.at(-1)! : (results as QueryResult)
  }
  if (open.begin.length > 0) await sendFirst(open, client, open.begin)
  return after(open.begun, () => client.query(marked(text, [...values])))
}

/** All of a transaction at once. */
async function sendWhole(open: Open, texts: readonly string[]): Promise<QueryResult> {
  await open.wire.send(joined(texts))
  open.ended = true
  return nothing('COMMIT')
}

function sendFirst(open: Open, client: PoolClient, texts: readonly string[]): Promise<unknown> {
  open.begin = []
  open.begun = client.query(joined(texts))
  return open.begun
}

/** The connection, which knows what `text` and the beginning execute. */
async function ready(open: Open, text: string): Promise<PoolClient> {
  try {
    open.held ??= open.pool.connect()
    const client = await open.held
    await ensureStatements(client, statement => client.query(statement), joined([...open.begin, text]))
    return client
  } catch (error) {
    // So that the `rollback` to come is sent, and shows whether the connection is of any more use.
    open.begin = []
    throw error
  }
}

async function end(open: Open, text: 'commit' | 'rollback'): Promise<QueryResult> {
  if (text === 'commit' && open.begin.length > 1 && !open.ended) await sendWhole(open, open.begin.slice(1))
  const isDone = open.begin.length > 0 || open.ended
  reset(open, [])
  return isDone ? nothing(text.toUpperCase()) : send(open, text, [])
}

/** Statements side by side wait for their transaction to have begun: none may run outside it. */
async function after<T>(begun: Promise<unknown> | undefined, run: () => Promise<T>): Promise<T> {
  if (begun) await begun
  return run()
}
