import { readdirSync, readFileSync } from 'node:fs'

/** The processes that a process has begun itself; PostgreSQL's connections are such. */
function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name))
  return pids.map(Number).filter(pid => parentOf(pid) === parent)
}

function parentOf(pid: number): number | undefined {
  try {
    // The name in brackets may hold anything; the state and the parent come after it.
    return Number(
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[1],
    )
  } catch {
    return undefined
  }
}

/** Stops a process and its children where they stand: connections stay open and nobody answers. Gives the thaw. */
export function freeze(pid: number): () => void {
  process.kill(pid, 'SIGSTOP')
  const frozen = [pid, ...childrenOf(pid)]
  const tell = (signal: NodeJS.Signals) => {
    for (const one of frozen) {
      try {
        process.kill(one, signal)
      } catch {
        // It ended meanwhile.
      }
    }
  }
  tell('SIGSTOP')
  return () => tell('SIGCONT')
}
