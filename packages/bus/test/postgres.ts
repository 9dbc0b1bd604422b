import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { freePort } from '@sahary/local/stack/port'
import { postgresUrl, startPostgres } from '@sahary/local/stack/postgres'

/** A PostgreSQL that a test may hurt. */
export type OwnPostgres = {
  url: string
  /** SIGKILL of the postmaster: the server recovers from its log at the next start. */
  kill: () => Promise<void>
  /** SIGKILL of all its processes at once: what was not on the disk is gone. */
  crash: () => Promise<void>
  restart: () => Promise<void>
  /** SIGSTOP of the postmaster and all its children: connections stay open and nobody answers. */
  pause: () => void
  resume: () => void
  stop: () => Promise<void>
}

export async function ownPostgres(): Promise<OwnPostgres> {
  const root = resolve(import.meta.dirname, `../../../.sahary/test/runs/postgres-${randomBytes(6).toString('hex')}`)
  mkdirSync(root, { recursive: true })
  const options = {
    dir: join(root, 'data'),
    port: await freePort(),
    password: 'test',
    logFile: join(root, 'server.log'),
    pidFile: join(root, 'server.pid'),
  }
  let server = await startPostgres(options)
  const signalAll = (signal: NodeJS.Signals): void => {
    for (const pid of [server.pid, ...childrenOf(server.pid)]) process.kill(pid, signal)
  }
  return {
    url: postgresUrl(options),
    kill: async () => {
      server.signal('SIGKILL')
      await server.gone
    },
    crash: async () => {
      signalAll('SIGSTOP')
      signalAll('SIGKILL')
      await server.gone
    },
    restart: async () => {
      await server.stop()
      server = await startPostgres(options)
    },
    pause: () => signalAll('SIGSTOP'),
    resume: () => signalAll('SIGCONT'),
    stop: async () => {
      await server.stop()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && parentOf(name) === parent)
    .map(Number)
}

function parentOf(pid: string): number {
  try {
    // The command's name may hold spaces and brackets; what follows the last bracket does not.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return -1
  }
}
