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
  let server: Server | undefined = await start()
  let wanted = true
  let falls = 0
  let since = Date.now()
  let turn: Promise<unknown> = Promise.resolve()

  const watch = (running: Server): void => {
    void running.gone.then(() => {
      if (server !== running || !wanted) return
      server = undefined
      falls = Date.now() - since > recoveredAfterMs ? 1 : falls + 1
      tell(`${name} ended without being asked to; it is started again`)
      void inTurn(again)
    })
  }
  const begin = async (): Promise<void> => {
    server = await start()
    since = Date.now()
    watch(server)
  }
  const again = async (): Promise<void> => {
    while (wanted && !server) {
      await pause(Math.min(firstPauseMs * 2 ** Math.max(falls - 1, 0), longestPauseMs))
      if (!wanted || server) return
      await begin().catch(error => {
        falls++
        tell(`${name} does not start: ${error instanceof Error ? error.message : error}`)
      })
    }
  }
  const end = async (): Promise<void> => {
    const running = server
    server = undefined
    await running?.stop()
  }
  /** Starts, stops and restarts never overlap. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = turn.then(work)
    turn = next.catch(() => {})
    return next
  }
  const hold = (): Promise<void> => {
    wanted = false
    return inTurn(end)
  }
  watch(server)
  return {
    name,
    pid: () => server?.pid,
    signal: signal => server?.signal(signal),
    hold,
    stop: hold,
    restart: () =>
      inTurn(async () => {
        wanted = false
        await end()
        wanted = true
        falls = 0
        await begin()
      }),
  }
}
