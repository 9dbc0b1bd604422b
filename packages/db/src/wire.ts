import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import type { ClientBase, Pool, PoolClient } from 'pg'
import { ensureStatements, joined, type Statement, statement } from './prepared.ts'

/** Sends transactions whose every statement is known beforehand: `body` is all between `begin` and `commit`. */
export type Wire = { send: (body: Statement) => Promise<void> }

type Sending = { body: Statement; resolve: () => void; reject: (error: unknown) => void }

/** Sends one message after the other; `begun` is when it took up its last, `size` how many transactions that carries. */
type Line = { begun: number; size: number }

const largest = 64
/** Messages begin no sooner after each other, in milliseconds; a transaction after a quiet moment does not wait. */
const paceMs = 2
/**
 * Side by side at most, beside those that carry one transaction only, which wait for locks as long as anybody does.
 * One message with all that came meanwhile costs less than two half as large.
 */
const lines = 2
/** A message that is out for so long may stand behind a lock: what waits goes beside it. */
const slowMs = 25
/** How long one of several waits for a lock before it is taken out and waits on a connection of its own. */
const patience = statement("set lock_timeout = '100ms'")
const deferred = statement('set synchronous_commit = off')
const waitsForDisk = statement('reset synchronous_commit')
const waitsForLocks = statement('reset lock_timeout')
const begin = statement('begin')
const commit = statement('commit')
/** A commit that waits for the disk as usual, and so for all commits before it. */
const flush = `reset synchronous_commit; reset lock_timeout; select pg_logical_emit_message(true, 'sahary', '')`

/**
 * Transactions that are sent at the same time share a message and a flush to the disk, which is most of what a small
 * transaction costs (ADR 0014). Each is a transaction of its own: one that fails is tried again alone, and its error is
 * its own. `send` resolves when the transaction is on the disk.
 */
export function openWire(pool: Pool): Wire {
  let waiting: Sending[] = []
  let begun = Number.NEGATIVE_INFINITY
  let newest: Line | undefined
  const out = new Set<Line>()
  const start = (): void => {
    const slow = performance.now() - slowMs
    const shared = [...out].filter(({ size }) => size > 1)
    if (waiting.length > 0 && shared.length < lines && [...out].every(line => line.begun < slow)) void run()
  }
  const run = async (): Promise<void> => {
    const line: Line = { begun: 0, size: 0 }
    newest = line
    out.add(line)
    // One that was slow leaves the rest to the one that went beside it.
    while (waiting.length > 0 && line === newest) {
      line.begun = performance.now()
      // Those that were answered just now have time to come again with the next.
      await turn()
      const early = begun + paceMs - performance.now()
      if (early > 0 && waiting.length < largest) await pause(early)
      begun = performance.now()
      const group = waiting.slice(0, largest)
      waiting = waiting.slice(largest)
      line.size = group.length
      // Those that came meanwhile do not need another to come before they are sent.
      const late = setTimeout(start, slowMs + 1)
      if (group.length > 0) waiting = [...(await sendGroup(pool, group)), ...waiting]
      clearTimeout(late)
    }
    out.delete(line)
    // It may have brought some back when the other had already ended.
    start()
  }
  return {
    send: body =>
      new Promise((resolve, reject) => {
        waiting.push({ body, resolve, reject })
        start()
      }),
  }
}

/** Gives what is to be sent again, because one before it failed. Does not throw. */
async function sendGroup(pool: Pool, group: readonly Sending[]): Promise<Sending[]> {
  let client: PoolClient | undefined
  let counted: { commits: () => number; end: () => void } | undefined
  try {
    client = await pool.connect()
    const query = (text: string) => client!.query(text)
    const message = messageOf(group.map(({ body }) => body))
    await ensureStatements(client, query, message)
    counted = countCommits(client)
    await query(message.text)
    client.release()
    for (const { resolve } of group) resolve()
    return []
  } catch (error) {
    return await settle(pool, { client, group, error, committed: counted?.commits() ?? 0 })
  } finally {
    counted?.end()
  }
}

/** The last commit waits for the disk, and with it all before it. */
export function messageOf(bodies: readonly Statement[]): Statement {
  const transactions = bodies.flatMap(body => [begin, body, commit])
  if (bodies.length === 1) return joined(transactions)
  const last = transactions.splice(-3)
  return joined([deferred, patience, ...transactions, waitsForDisk, ...last, waitsForLocks])
}

type Failed = { client: PoolClient | undefined; group: readonly Sending[]; error: unknown; committed: number }

/** The one that failed goes alone; those before it are made sure of, those behind it were not looked at. */
async function settle(pool: Pool, { client, group, error, committed }: Failed): Promise<Sending[]> {
  try {
    if (!client) throw error
    // Fails where the connection is of no more use; then nobody knows what became of any of them.
    await client.query('rollback')
    if (committed > 0 || group.length > 1) await client.query(flush)
    client.release()
  } catch {
    client?.release(true)
    for (const { reject } of group) reject(error)
    return []
  }
  for (const { resolve } of group.slice(0, committed)) resolve()
  const failed = group[committed]
  if (group.length === 1) failed?.reject(error)
  else if (failed) void sendGroup(pool, [failed])
  return group.slice(committed + 1)
}

/** The answer of a message that failed does not say how much of it was done; the server's tags do. */
function countCommits(client: ClientBase): { commits: () => number; end: () => void } {
  const { connection } = client as unknown as { connection: NodeJS.EventEmitter }
  let count = 0
  const hear = ({ text }: { text: string }): void => {
    if (text === 'COMMIT') count += 1
  }
  connection.on('commandComplete', hear)
  return { commits: () => count, end: () => void connection.off('commandComplete', hear) }
}
