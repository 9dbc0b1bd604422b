import type { Logger } from '@sahary/observability/log'
import type pg from 'pg'
import { endClient, ownClient } from './connect.ts'

/** A term of leadership: `signal` aborts when it ends; writes must be conditional on `epoch`. */
export type Term = { epoch: bigint; signal: AbortSignal }

export type LeaderOptions = {
  pool: pg.Pool
  /** What is led; one leader per schema and name. */
  name: string
  logger: Logger
  /** Runs for as long as the term lasts and returns soon after its signal aborts. */
  lead: (term: Term) => Promise<void>
  /** How often a follower asks for the lock. */
  retryMs?: number
}

const heartbeatMs = 1_000
/** A leader that is stopped or cut off loses its connection, and so the lock, after this long. */
const silenceMs = 5_000

/**
 * Leads whenever it can: an advisory lock in an open transaction on a connection of its own. The lock dies with
 * the connection, and the server closes the connection of a leader that falls silent. A leader that comes back
 * from a pause finds its epoch outdated.
 */
export function leaderLoop(options: LeaderOptions): { leading: () => boolean; stop: () => Promise<void> } {
  const stopping = new AbortController()
  let leading = false
  const turn = async (): Promise<void> => {
    const client = ownClient(options.pool)
    try {
      if (!(await takeLock(client, options, stopping.signal))) return
      leading = true
      await serve(client, options, stopping.signal)
    } finally {
      leading = false
      await endClient(client)
    }
  }
  const loop = async (): Promise<void> => {
    for (let faults = 0; !stopping.signal.aborted; ) {
      try {
        await turn()
        faults = 0
      } catch (error) {
        if (faults++ % 20 === 0) options.logger.warn({ err: error, leader: options.name }, 'leadership ended')
      }
      await pause(options.retryMs ?? 500, stopping.signal)
    }
  }
  const running = loop()
  return {
    leading: () => leading,
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}

async function takeLock(
  client: pg.Client,
  { name, retryMs = 500 }: LeaderOptions,
  stop: AbortSignal,
): Promise<boolean> {
  await client.connect()
  await client.query(`set idle_in_transaction_session_timeout = ${silenceMs}`)
  while (!stop.aborted) {
    await client.query('begin')
    const { rows } = await client.query<{ held: boolean }>(
      "select pg_try_advisory_xact_lock(hashtextextended(current_schema() || '/leader/' || $1, 0)) as held",
      [name],
    )
    if (rows[0]?.held) return true
    await client.query('rollback')
    await pause(retryMs, stop)
  }
  return false
}

async function serve(client: pg.Client, options: LeaderOptions, stop: AbortSignal): Promise<void> {
  const ended = new AbortController()
  const signal = AbortSignal.any([stop, ended.signal])
  const end = (): void => ended.abort()
  client.once('error', end)
  client.once('end', end)
  const heart = beat(client, signal).then(end, end)
  try {
    await options.lead({ epoch: await nextEpoch(options), signal })
  } finally {
    end()
    await heart
  }
}

/** Not on the lock's connection: its transaction stays without an id, so that it never holds back vacuum. */
async function nextEpoch({ pool, name }: LeaderOptions): Promise<bigint> {
  const { rows } = await pool.query<{ epoch: bigint }>(
    `insert into leader (name, epoch, since) values ($1, 1, now())
     on conflict (name) do update set epoch = leader.epoch + 1, since = now() returning epoch`,
    [name],
  )
  return rows[0]!.epoch
}

/** Keeps the lock's connection from falling silent; fails when the server does not answer. */
async function beat(client: pg.Client, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await client.query('select 1')
    await pause(heartbeatMs, signal)
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>(resolve => {
    const finish = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, ms * (0.8 + Math.random() * 0.4))
    signal.addEventListener('abort', finish)
  })
}
