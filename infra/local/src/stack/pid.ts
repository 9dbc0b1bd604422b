import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** When a live process began, in clock ticks since boot; undefined when there is no such process (or only its corpse). */
export function startedAt(pid: number): string | undefined {
  try {
    // The command may hold blanks and parentheses: fields are counted after its closing one.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

/** Notes that `pid` is ours; its start time tells it from a stranger that is given the same number later. */
export function notePid(file: string, pid: number): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify({ pid, startedAt: startedAt(pid) }))
}

export const forgetPid = (file: string): void => rmSync(file, { force: true })

/** The process noted in `file` if it still lives and is the very one we started. */
export function livePid(file: string): number | undefined {
  try {
    const noted = JSON.parse(readFileSync(file, 'utf8'))
    return noted.startedAt !== undefined && startedAt(noted.pid) === noted.startedAt ? noted.pid : undefined
  } catch {
    return undefined
  }
}

/** Waits until `done` holds; false when it did not within `withinMs`. */
export async function until(done: () => boolean | Promise<boolean>, withinMs: number, everyMs = 20): Promise<boolean> {
  const end = Date.now() + withinMs
  for (;;) {
    if (await done()) return true
    if (Date.now() >= end) return false
    await pause(everyMs)
  }
}

/** Ends one process: `signal` first, SIGKILL when it has not obeyed within `withinMs`. */
export async function endPid(pid: number, signal: NodeJS.Signals = 'SIGTERM', withinMs = 10_000): Promise<void> {
  const began = startedAt(pid)
  if (began === undefined) return
  const gone = () => startedAt(pid) !== began
  tryKill(pid, signal)
  // A stopped process cannot act on a signal until it is continued.
  tryKill(pid, 'SIGCONT')
  if (await until(gone, withinMs)) return
  tryKill(pid, 'SIGKILL')
  await until(gone, 5_000)
}

/** Processes that run exactly this command line: a server of ours whose pid was never noted, or noted over. */
export function twinsOf(command: string, args: readonly string[]): number[] {
  const line = [command, ...args, ''].join('\0')
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && commandLine(name) === line)
    .map(Number)
}

function commandLine(pid: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return undefined
  }
}

/** Ends the process noted in `file`, if it is ours and alive, and forgets it. */
export async function endNoted(file: string, signal?: NodeJS.Signals, withinMs?: number): Promise<void> {
  const pid = livePid(file)
  if (pid !== undefined) await endPid(pid, signal, withinMs)
  forgetPid(file)
}

function tryKill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended between the look and the signal.
  }
}
