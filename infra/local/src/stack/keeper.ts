import { setTimeout as pause } from 'node:timers/promises'
import type { Server } from './server.ts'

/** A process that is started again when it ends without having been asked to, with a growing pause. */
export type Kept = {
  name: string
  pid: () => number | undefined
  /** Sends a signal to the process as it is now. */
  signal: (signal: NodeJS.Signals) => void
  /** Ends it in order and starts it again. */
  restart: () => Promise<void>
  /** Ends it without a restart, until `restart`. */
  hold: () => Promise<void>
  /** Ends it for good. */
  stop: () => Promise<void>
}

type Keeping = {
  name: string
  start: () => Promise<Server>
  tell: (line: string) => void
  server: Server | undefined
  wanted: boolean
  falls: number
  since: number
  /** Starts, stops and restarts never overlap: each waits for this. */
  turn: Promise<unknown>
}

const firstPauseMs = 250
const longestPauseMs = 10_000
/** A process that lived this long has recovered: its next fall counts as the first. */
const recoveredAfterMs = 30_000

/** Starts a process and keeps it running. Rejects when the very first start fails. */
export async function keep(
  name: string,
  start: () => Promise<Server>,
  tell: (line: string) => void = () => {},
): Promise<Kept> {
  const server = await start()
  const kept = { name, start, tell, server, wanted: true, falls: 0, since: Date.now(), turn: Promise.resolve() }
  watch(kept, server)
  const hold = () => {
    kept.wanted = false
    return inTurn(kept, () => end(kept))
  }
  return {
    name,
    pid: () => kept.server?.pid,
    signal: signal => kept.server?.signal(signal),
    hold,
    stop: hold,
    restart: () => inTurn(kept, () => restart(kept)),
  }
}

function inTurn<T>(kept: Keeping, work: () => Promise<T>): Promise<T> {
  const next = kept.turn.then(work)
  kept.turn = next.catch(() => {})
  return next
}

function watch(kept: Keeping, running: Server): void {
  void running.gone.then(how => {
    if (kept.server !== running || !kept.wanted) return
    kept.server = undefined
    kept.falls = Date.now() - kept.since > recoveredAfterMs ? 1 : kept.falls + 1
    kept.tell(`${kept.name} ended${how ? ` with ${how}` : ''} without being asked to; it is started again`)
    void inTurn(kept, () => again(kept))
  })
}

async function begin(kept: Keeping): Promise<void> {
  kept.server = await kept.start()
  kept.since = Date.now()
  watch(kept, kept.server)
}

/** Starts until it runs or is wanted no more. */
async function again(kept: Keeping): Promise<void> {
  while (kept.wanted && !kept.server) {
    await pause(Math.min(firstPauseMs * 2 ** Math.max(kept.falls - 1, 0), longestPauseMs))
    if (!kept.wanted || kept.server) return
    await begin(kept).catch(error => {
      kept.falls++
      kept.tell(`${kept.name} does not start: ${error instanceof Error ? error.message : error}`)
    })
  }
}

async function end(kept: Keeping): Promise<void> {
  const running = kept.server
  kept.server = undefined
  await running?.stop()
}

async function restart(kept: Keeping): Promise<void> {
  kept.wanted = false
  await end(kept)
  kept.wanted = true
  kept.falls = 0
  await begin(kept)
}
