import { closeSync, existsSync, openSync, readSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

const worth = ['warn', 'error', 'fatal']
/** The same warning is told once and then left to the log until it has been quiet for so long. */
const quietMs = 60_000
const largestLog = 20 * 1024 * 1024

/** Keeps one earlier log beside a large one. Called before the program starts. */
export function turnLog(file: string): void {
  if (existsSync(file) && statSync(file).size > largestLog) renameSync(file, `${file}.1`)
}

/**
 * Follows programs' logs and tells every line of level warn and above, in one short line. Logs go to files and not
 * through pipes, so that programs outlive a launcher that is killed.
 */
export function followWarnings(dir: string, names: readonly string[], tell: (line: string) => void): () => void {
  const logs = names.map(name => ({ name, file: join(dir, 'logs', `${name}.log`) }))
  const followed = logs.map(log => ({ ...log, at: existsSync(log.file) ? statSync(log.file).size : 0, rest: '' }))
  const told = new Map<string, number>()
  const tellOnce = (line: string) => {
    const again = Date.now() - (told.get(line) ?? 0) < quietMs
    told.set(line, Date.now())
    if (!again) tell(line)
  }
  const look = () => {
    for (const log of followed) {
      const text = readFrom(log.file, log.at)
      log.at += Buffer.byteLength(text)
      const lines = (log.rest + text).split('\n')
      log.rest = lines.pop() ?? ''
      for (const line of lines) {
        const short = warningOf(line)
        if (short) tellOnce(`${log.name}: ${short}`)
      }
    }
  }
  const timer = setInterval(look, 500)
  return () => {
    clearInterval(timer)
    look()
  }
}

/** What a person needs of a log line, or undefined when it is no warning. Lines that are not ours are crashes' traces. */
export function warningOf(line: string): string | undefined {
  if (!line.startsWith('{')) return /^\w*Error\b|^error:/i.test(line) ? line.slice(0, 300) : undefined
  try {
    const { level, message, err, error } = JSON.parse(line)
    const cause = (err ?? error)?.message
    return worth.includes(level) ? `${message ?? ''}${cause ? ` (${cause})` : ''}`.slice(0, 300) : undefined
  } catch {
    return undefined
  }
}

function readFrom(file: string, at: number): string {
  if (!existsSync(file) || statSync(file).size <= at) return ''
  const handle = openSync(file, 'r')
  try {
    const buffer = Buffer.alloc(Math.min(statSync(file).size - at, 1024 * 1024))
    return buffer.toString('utf8', 0, readSync(handle, buffer, 0, buffer.length, at))
  } finally {
    closeSync(handle)
  }
}
