import type { Pool, PoolClient, QueryResult } from 'pg'
import { ensureStatements, joined, marked, type Statement, statement } from './prepared.ts'
import { traced } from './traced.ts'
import type { Wire } from './wire.ts'

/** One transaction on its way to the server. It has a connection from its first message on, and none before. */
export type Session = {
  /** A statement that shares a message with what comes next; nobody sees its answer. */
  openWith: (first: Statement) => Promise<void>
  query: (text: string, values: readonly unknown[]) => Promise<QueryResult>
  execute: (one: Statement) => Promise<QueryResult>
  /** Sends what is left and `closing` with the commit, and resolves when all of it is on the disk. */
  commit: (closing: readonly Statement[]) => Promise<void>
  /** Does not throw. */
  rollback: () => Promise<void>
}

/** `opening` was not sent yet, and is undefined once it was; `begun` is the answer to it. */
type Open = {
  pool: Pool
  wire: Wire
  held: Promise<PoolClient> | undefined
  opening: Statement[] | undefined
  begun: Promise<unknown> | undefined
  fault: unknown
  isOver: boolean
}

const begin = statement('begin')
const commit = statement('commit')

/**
 * Spares messages. `begin` waits for the first statement: one without parameters shares a message with it, and a
 * transaction without statements costs nothing. One whose every statement is known at its end goes by the wire. One
 * message and not several in a row: when a part of it fails, the server does not look at the rest.
 */
export function openSession(pool: Pool, wire: Wire): Session {
  const open: Open = { pool, wire, held: undefined, opening: [], begun: undefined, fault: undefined, isOver: false }
  return {
    openWith: async first => {
      if (open.opening && !open.isOver) open.opening.push(first)
      else await execute(open, first)
    },
    query: (text, values) =>
      traced(text, () => (values.length === 0 ? execute(open, statement(text)) : query(open, text, values))),
    execute: one => traced(nameOf(one), () => execute(open, one)),
    commit: closing => traced(`commit ${closing.map(nameOf)}`, () => end(open, closing)),
    rollback: () => traced('rollback', () => undo(open)),
  }
}

async function execute(open: Open, one: Statement): Promise<QueryResult> {
  const client = await ready(open, one)
  if (open.opening) return last(await sendFirst(open, client, [...open.opening, one]))
  // Statements side by side wait for their transaction to have begun: none may run outside it.
  await open.begun
  return last(await client.query(one.text))
}

async function query(open: Open, text: string, values: readonly unknown[]): Promise<QueryResult> {
  const client = await ready(open)
  await (open.opening ? sendFirst(open, client, open.opening) : open.begun)
  return client.query(marked(text, values))
}

function sendFirst(open: Open, client: PoolClient, statements: readonly Statement[]): Promise<QueryResult> {
  open.opening = undefined
  const begun = client.query(joined([begin, ...statements]).text)
  open.begun = begun
  return begun
}

/** The connection, which knows what the beginning and `next` execute. */
async function ready(open: Open, next?: Statement): Promise<PoolClient> {
  if (open.isOver) throw new Error('this transaction has ended')
  try {
    open.held ??= open.pool.connect()
    const client = await open.held
    const message = joined([...(open.opening ?? []), ...(next ? [next] : [])])
    await ensureStatements(client, text => client.query(text), message)
    return client
  } catch (error) {
    open.fault = error
    throw error
  }
}

async function end(open: Open, closing: readonly Statement[]): Promise<void> {
  if (open.fault) throw open.fault
  if (open.opening && !open.held) {
    const whole = [...open.opening, ...closing]
    open.isOver = true
    if (whole.length > 0) await open.wire.send(joined(whole))
    return
  }
  const { command } = await execute(open, joined([...closing, commit]))
  open.isOver = true
  if (command === 'ROLLBACK') throw new Error('a statement of this transaction had failed: nothing of it is kept')
  release(open)
}

async function undo(open: Open): Promise<void> {
  open.isOver = true
  try {
    const client = await open.held
    // Also shows whether the connection is of any more use.
    if (!open.opening || open.fault) await client?.query('rollback')
    release(open)
  } catch {
    release(open, true)
  }
}

function release(open: Open, discard = false): void {
  const { held } = open
  open.held = undefined
  held?.then(
    client => client.release(discard),
    () => {},
  )
}

/** Without the values in its text. */
const nameOf = ({ text, executes }: Statement): string => (executes.length > 0 ? `execute ${executes}` : text)

/** A message of several statements has an answer to each. */
const last = (results: QueryResult | QueryResult[]): QueryResult => (Array.isArray(results) ? results.at(-1)! : results)
