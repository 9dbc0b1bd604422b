import { type Compilable, CompiledQuery, type Kysely } from 'kysely'
import type { Tx } from './connect.ts'
import { joined, preparedStatement, type Value } from './prepared.ts'
import { asEnding, asOpening } from './session.ts'

/** What is to come with a transaction's commit and after it. */
type Open = { after: (() => void)[]; closing: (() => string)[]; written: number }

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
  const open: Open = { after: [], closing: [], written: 0 }
  const result = await db.transaction().execute(async tx => {
    transactions.set(tx, open)
    const given = await work(tx)
    if (open.closing.length > 0) {
      const closing = joined(open.closing.map(statement => statement()))
      await tx.executeQuery(CompiledQuery.raw(asEnding(closing)))
    }
    return given
  })
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
 * Has a statement of `tx` travel in one message with its commit. `statement` gives complete SQL without parameters
 * (see `preparedStatement`) and is asked when `work` is done. Nobody sees its answer; an error is the transaction's.
 */
export function withCommit<DB>(tx: Tx<DB>, statement: () => string): void {
  openOf(tx).closing.push(statement)
}

/** Has a statement of `tx` that nothing has been sent of yet share the message of what comes next. Nobody sees its answer. */
export async function withBegin<DB>(tx: Tx<DB>, statement: string): Promise<void> {
  await tx.executeQuery(CompiledQuery.raw(asOpening(statement)))
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
  const text = write(...parameters)
  open.closing.splice(open.written++, 0, () => text)
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
