import type { Duplex } from 'node:stream'
import { type DatabaseConnection, Kysely, PostgresDialect, type PostgresPool, Transaction } from 'kysely'
import pg, { type QueryResult } from 'pg'
import { marked } from './prepared.ts'
import { openSession, type Session } from './session.ts'
import { traced } from './traced.ts'
import { openWire } from './wire.ts'

/** A transaction of a schema: what actions and stores take, and the only thing `emit` accepts. */
export type Tx<DB> = Transaction<DB>

export type ConnectOptions = {
  /** Shown in pg_stat_activity. */
  service: string
  /** Connections at most. */
  max?: number
  statementTimeoutMs?: number
  onError?: (error: Error) => void
}

export type Connected<DB> = { db: Kysely<DB>; pool: pg.Pool; close: () => Promise<void> }

/**
 * Opens a pool with every time-out set (pg waits for ever by default). Nothing connects until the first query.
 * int8 arrives as bigint, numeric as the exact string, timestamptz as Date, date as `YYYY-MM-DD`.
 */
export function connect<DB>(url: string, options: ConnectOptions): Connected<DB> {
  const pool = new pg.Pool({ ...clientConfig(url, options), max: options.max ?? 10, idleTimeoutMillis: 30_000 })
  // A connection that breaks says so twice: to the query under way, and as an event. Unheard, the event would end
  // the process; the pool hears it only for connections that are idle.
  const hear = (error: Error): void => options.onError?.(error)
  pool.on('error', hear)
  pool.on('connect', client => client.on('error', hear))
  const dialect = new PostgresDialect({ pool: namingPool(pool) })
  const db = new Kysely<DB>({ dialect })
  opened.set(db, openerOf(db, { pool, dialect }))
  return { db, pool, close: () => db.destroy() }
}

type Opener = () => { tx: Tx<never>; session: Session }
const opened = new WeakMap<object, Opener>()

/** A transaction of a database that `connect` gave, and the session that carries and ends it. */
export function openTransaction<DB>(db: Kysely<DB>): { tx: Tx<DB>; session: Session } {
  const open = opened.get(db)
  if (!open) throw new Error('this is not a database that `connect` has given')
  return open() as unknown as { tx: Tx<DB>; session: Session }
}

/** Kysely's own transactions would send `begin` and `commit` in messages of their own. */
function openerOf<DB>(db: Kysely<DB>, { pool, dialect }: { pool: pg.Pool; dialect: PostgresDialect }): Opener {
  const wire = openWire(pool)
  const executor = db.getExecutor()
  const driver = dialect.createDriver()
  return () => {
    const session = openSession(pool, wire)
    const connection = connectionOf(session)
    const provider = { provideConnection: <T>(use: (one: DatabaseConnection) => Promise<T>) => use(connection) }
    const own = executor.withConnectionProvider(provider)
    return { session, tx: new Transaction({ config: { dialect }, dialect, driver, executor: own }) }
  }
}

const connectionOf = (session: Session): DatabaseConnection => ({
  executeQuery: async ({ sql, parameters }) => {
    try {
      return answerOf(await session.query(sql, parameters))
    } catch (error) {
      throw fromHere(error)
    }
  },
  // biome-ignore lint/correctness/useYield: it has nothing to give.
  async *streamQuery() {
    throw new Error('rows of a transaction are not streamed')
  },
})

/** pg's own stack begins at its socket and does not say who had asked. */
function fromHere(error: unknown): unknown {
  if (error instanceof Error) error.stack += `\n${new Error('asked').stack?.split('\n').slice(2).join('\n')}`
  return error
}

const answerOf = <Row>({ command, rowCount, rows }: QueryResult) => ({
  rows: rows as Row[],
  ...(/^(INSERT|UPDATE|DELETE|MERGE)$/.test(command) && { numAffectedRows: BigInt(rowCount ?? 0) }),
})

/** A pool that knows statements by the names they are marked with. */
function namingPool(pool: pg.Pool): PostgresPool {
  const connect = async () => {
    const client = await pool.connect()
    return {
      query: (text: string, values: readonly unknown[]) => traced(text, () => client.query(marked(text, values))),
      release: (discard?: boolean) => client.release(discard),
    }
  }
  return { connect, end: () => pool.end(), options: pool.options } as unknown as PostgresPool
}

/** A connection outside the pool with the pool's settings, for session state such as a leader's lock, and for COPY. */
export function ownClient(pool: pg.Pool): pg.Client {
  const client = new pg.Client({ ...pool.options, pipeline: false })
  client.on('error', () => {})
  return client
}

/** Closes a connection; one whose server does not answer is cut after a second. */
export async function endClient(client: pg.Client | pg.PoolClient): Promise<void> {
  const { stream } = (client as unknown as { connection: { stream: Duplex } }).connection
  const cut = setTimeout(() => stream.destroy(), 1_000)
  await (client as pg.Client).end().catch(() => {})
  clearTimeout(cut)
}

function clientConfig(url: string, { service, statementTimeoutMs = 5_000 }: ConnectOptions): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: `sahary-${service}`,
    connectionTimeoutMillis: 3_000,
    statement_timeout: statementTimeoutMs,
    lock_timeout: 2_000,
    idle_in_transaction_session_timeout: 10_000,
    // The server answers first when it can; this is for a server that does not answer at all.
    query_timeout: statementTimeoutMs + 1_000,
    // A query that times out takes its connection with it: the half-made transaction on it must not reach whoever
    // borrows the connection next.
    pipeline: true,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    options: '-c timezone=UTC',
    types: { getTypeParser },
  }
}

const int8 = 20
const date = 1082
const timestamp = 1114
const int8Array = 1016

// Typed by what pg calls it with, because its own overloads name every built-in type.
const getTypeParser = ((oid: number, format?: 'text') => {
  if (oid === int8) return BigInt
  if (oid === date || oid === timestamp) return (text: string) => text
  const parse = pg.types.getTypeParser(oid, format)
  if (oid === int8Array) return (text: string) => (parse(text) as string[]).map(BigInt)
  return parse
}) as typeof pg.types.getTypeParser
