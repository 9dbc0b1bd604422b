import { join } from 'node:path'
import { type Kept, keep } from '../stack/keeper.ts'
import { answers } from '../stack/port.ts'
import { startServer } from '../stack/server.ts'
import type { ProcessName } from './processes.ts'

export type ChildPlan = {
  name: ProcessName
  /** The platform's folder. */
  dir: string
  /** Arguments of Node: flags, then the program. */
  args: readonly string[]
  env: Record<string, string>
  /** Where `/startupz` and `/readyz` answer, or the port of a program that has no such thing. */
  serves: { opsUrl: string } | { port: number } | undefined
  /** Tells a replica's log and pid from the first one's. */
  replica?: string
  tell: (line: string) => void
}

/** Starts a program of ours and keeps it running; resolves when it is ready to serve. */
export function keepChild(plan: ChildPlan): Promise<Kept> {
  const label = plan.replica ? `${plan.name}-${plan.replica}` : plan.name
  const start = () =>
    startServer({
      name: label,
      command: process.execPath,
      args: plan.args,
      env: { ...inherited(), ...plan.env },
      logFile: join(plan.dir, 'logs', `${label}.log`),
      pidFile: join(plan.dir, 'pids', `${label}.pid`),
      ready: () => isReady(plan.serves),
      pollMs: 50,
      readyWithinMs: 60_000,
      stopSignal: 'SIGTERM',
      // A service drains within 25 s; after that it is ended.
      stopWithinMs: 27_000,
    })
  return keep(label, start, plan.tell)
}

/** The little that every program gets from the launcher's own environment; settings are given one by one. */
function inherited(): NodeJS.ProcessEnv {
  const { PATH, TZ, NODE_OPTIONS } = process.env
  // One arena of malloc per core, and large pieces that are kept after use, cost memory that a small process never needs.
  return {
    PATH,
    LANG: 'C.UTF-8',
    NODE_ENV: 'production',
    MALLOC_ARENA_MAX: '2',
    MALLOC_MMAP_THRESHOLD_: '65536',
    MALLOC_TRIM_THRESHOLD_: '65536',
    ...(TZ && { TZ }),
    ...(NODE_OPTIONS && { NODE_OPTIONS }),
  }
}

async function isReady(serves: ChildPlan['serves']): Promise<boolean> {
  if (!serves) return true
  if ('port' in serves) return answers(serves.port)
  const asked = ['/startupz', '/readyz'].map(path =>
    fetch(serves.opsUrl + path, { signal: AbortSignal.timeout(1_500) }),
  )
  const said = await Promise.all(asked)
  await Promise.all(said.map(answer => answer.body?.cancel()))
  return said.every(answer => answer.ok)
}
