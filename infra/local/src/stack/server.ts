import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { endNoted, endPid, forgetPid, notePid, twinsOf, until } from './pid.ts'

/** A server process of ours: how to run it and how to tell that it serves. */
export type ServerPlan = {
  name: string
  command: string
  args: readonly string[]
  /** Where its output and its pid are kept. */
  logFile: string
  pidFile: string
  env?: NodeJS.ProcessEnv
  cwd?: string
  /** The user to run as, when we are root and the server refuses root. */
  user?: { uid: number; gid: number } | undefined
  ready: () => Promise<boolean>
  readyWithinMs?: number
  /** How often `ready` is asked; 20 ms when not given. */
  pollMs?: number
  stopSignal?: NodeJS.Signals
  stopWithinMs?: number
  /** No other process may have this command line: it names a folder of ours, so a second one is an orphan of ours. */
  isUnique?: boolean
}

export type Server = {
  name: string
  pid: number
  /** Ends it in order and waits until it is gone. */
  stop: () => Promise<void>
  /** Sends a signal; a container's is sent when the promise resolves. */
  signal: (signal: NodeJS.Signals) => unknown
  /** Resolves when the process is gone, however it went: with its code or signal, where that is known. */
  gone: Promise<string | undefined>
}

/** Starts a server after ending what an earlier run of ours may have left, and waits until it serves. */
export async function startServer(plan: ServerPlan): Promise<Server> {
  await endNoted(plan.pidFile, plan.stopSignal, plan.stopWithinMs)
  for (const pid of plan.isUnique ? twinsOf(plan.command, plan.args) : []) await endPid(pid, plan.stopSignal)
  const child = launch(plan)
  const gone = new Promise<string>(resolve => child.once('exit', (code, signal) => resolve(String(code ?? signal))))
  let alive = true
  void gone.then(() => {
    alive = false
  })
  notePid(plan.pidFile, child.pid!)
  let serves = false
  await until(
    async () => {
      serves = alive && (await plan.ready().catch(() => false))
      return serves || !alive
    },
    plan.readyWithinMs ?? 20_000,
    plan.pollMs,
  )
  const stop = async () => {
    if (alive) await endPid(child.pid!, plan.stopSignal, plan.stopWithinMs)
    await gone
    forgetPid(plan.pidFile)
  }
  if (serves) return { name: plan.name, pid: child.pid!, stop, signal: signal => child.kill(signal), gone }
  const why = alive ? 'did not answer in time' : `ended with ${child.exitCode ?? child.signalCode}`
  await stop()
  throw new Error(`${plan.name} ${why}; the end of ${plan.logFile}:\n${tail(plan.logFile)}`)
}

function launch(plan: ServerPlan): ChildProcess {
  mkdirSync(dirname(plan.logFile), { recursive: true })
  const log = openSync(plan.logFile, 'a')
  chmodSync(plan.logFile, 0o600)
  // A process group of its own: Ctrl-C in the terminal reaches the launcher alone, which stops all in order.
  const child = spawn(plan.command, [...plan.args], {
    detached: true,
    stdio: ['ignore', log, log],
    env: plan.env ?? { PATH: process.env.PATH, LANG: 'C.UTF-8' },
    ...(plan.cwd ? { cwd: plan.cwd } : {}),
    ...(plan.user ? { uid: plan.user.uid, gid: plan.user.gid } : {}),
  })
  closeSync(log)
  child.once('error', () => {})
  if (!child.pid) throw new Error(`${plan.name}: cannot run ${plan.command}`)
  return child
}

function tail(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n')
}
