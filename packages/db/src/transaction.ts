import type { Compilable, Kysely } from 'kysely'
import { openTransaction, type Tx } from './connect.ts'
import { preparedStatement, type Statement, type Value } from './prepared.ts'
import type { Session } from './session.ts'

/** A transaction's way to the server, and what is to come with its commit and after it. */
type Open = { session: Session; after: (() => void)[]; closing: (() => Statement)[]; written: number }

const transactions = new WeakMap<object, Open>()
const serializationFailure = '40001'
const deadlock = '40P01'
const attempts = 5

/**
 * Runs `work` in one transaction (read committed) and gives what it gives. A serialization failure or a
 * deadlock runs it again, up to five times in all; so `work` does nothing outside the transaction.
 */
export function transaction<DB, T>(db: Kysely<DB>, work: (tx: Tx<DB>) => Promise<T>): Promise<T> {
  return retried(() => once(db, work))
}

async function once<DB, T>(db: Kysely<DB>, work: (tx: Tx<DB>) => Promise<T>): Promise<T> {
  const { tx, session } = openTransaction(db)
  const open: Open = { session, after: [], closing: [], written: 0 }
  transactions.set(tx, open)
  let result: T
  try {
    result = await work(tx)
    await session.commit(open.closing.map(closing => closing()))
  } catch (error) {
    await session.rollback()
    throw error
  }
  for (const hook of open.after) hook()
  return result
}

async function retried<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run()
    } catch (error) {
      if (attempt >= attempts || !mayPass(error)) throw error
      await new Promise(resolve => setTimeout(resolve, Math.random() * 20 * attempt))
    }
  }
}

/** Calls `hook` once `tx` is committed, if `transaction` opened it; a rollback forgets it. */
export function afterCommit<DB>(tx: Tx<DB>, hook: () => void): void {
  const after = transactions.get(tx)?.after
  if (after && !after.includes(hook)) after.push(hook)
}

/**
 * Has a statement of `tx` travel in one message with its commit; `statement` is asked for it when `work` is done.
 * Nobody sees its answer; an error is the transaction's.
 */
export function withCommit<DB>(tx: Tx<DB>, statement: () => Statement): void {
  openOf(tx).closing.push(statement)
}

/** Has a statement of `tx` that nothing has been sent of yet share the message of what comes next. Nobody sees its answer. */
export const withBegin = <DB>(tx: Tx<DB>, statement: Statement): Promise<void> => openOf(tx).session.openWith(statement)

/** Executes a statement in `tx` and gives its rows. */
export async function execute<DB, Row>(tx: Tx<DB>, statement: Statement): Promise<Row[]> {
  return (await openOf(tx).session.execute(statement)).rows as Row[]
}

const most = 200
const writes = new Map<string, ReturnType<typeof preparedStatement>>()

/**
 * Has an insert, update or delete whose answer nobody needs travel with the commit of `tx`, in the order of asking and
 * before what is emitted. A transaction that consists of such statements is one message, and shares the way to the disk
 * with others (`wire.ts`). What cannot travel so (lists, JSON, a text of too many kinds) is executed at once.
 */
export async function atCommit<DB>(tx: Tx<DB>, query: Compilable): Promise<void> {
  const open = openOf(tx)
  const compiled = query.compile()
  const { sql, parameters } = compiled
  if (!writes.has(sql) && writes.size < most) writes.set(sql, preparedStatement(`write_${writes.size}`, [], sql))
  const write = writes.get(sql)
  if (!write || !parameters.every(isPlain)) return void (await tx.executeQuery(compiled))
  const statement = write(...parameters)
  open.closing.splice(open.written++, 0, () => statement)
}

const isPlain = (value: unknown): value is Value =>
  value === null ||
  value instanceof Date ||
  Buffer.isBuffer(value) ||
  ['string', 'number', 'bigint', 'boolean'].includes(typeof value)

function openOf<DB>(tx: Tx<DB>): Open {
  const open = transactions.get(tx)
  if (!open) throw new Error('only a transaction that `transaction` has opened can do this')
  return open
}

function mayPass(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return code === serializationFailure || code === deadlock
}
