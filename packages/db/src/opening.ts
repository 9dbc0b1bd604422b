import { AsyncLocalStorage } from 'node:async_hooks'
import { CompiledQuery, type Dialect, type Driver, PostgresDialect } from 'kysely'
import type pg from 'pg'

/** A statement that travels with its transaction's `begin`, and the rows it gave. */
type Opening = { text: string; rows: unknown[] | undefined }

const openings = new AsyncLocalStorage<Opening>()

/** Runs `begin`, which opens one transaction, so that `text` is its first statement. Gives what it gives. */
export function withOpening<T>(
  text: string,
  begin: (opening: { rows: unknown[] | undefined }) => Promise<T>,
): Promise<T> {
  const opening: Opening = { text, rows: undefined }
  return openings.run(opening, () => begin(opening))
}

/** Kysely's PostgreSQL, but a transaction's first statement may share one message with its `begin`. */
export function openingDialect(pool: pg.Pool): Dialect {
  const dialect = new PostgresDialect({ pool })
  return {
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: db => dialect.createIntrospector(db),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createDriver: () => openTogether(dialect.createDriver()),
  }
}

function openTogether(driver: Driver): Driver {
  const begin = driver.beginTransaction.bind(driver)
  driver.beginTransaction = async (connection, settings) => {
    const opening = openings.getStore()
    // One that has its rows belongs to an outer transaction, which has begun.
    if (!opening || opening.rows) return begin(connection, settings)
    try {
      // One message and not two in a row: if `begin` fails, the server does not look at the rest.
      const { rows } = await connection.executeQuery(CompiledQuery.raw(`begin; ${opening.text}`))
      opening.rows = rows
    } catch (error) {
      // Kysely takes the transaction for not begun; a connection that cannot roll back is thrown away by its driver.
      await driver.rollbackTransaction(connection).catch(() => {})
      throw error
    }
  }
  return driver
}
