import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { endNoted, forgetPid, livePid, notePid } from '../stack/pid.ts'

const own = 'launcher.pid'
/** Ended by their own starts, which know how; their VMs outlive them. */
const engine = ['dockerd.pid', 'containerd.pid']

/**
 * Takes a platform's folder for this process, or throws when another launcher has it. Ends what a launcher that was
 * killed has left running. Gives the way to let the folder go.
 */
export async function holdFolder(dir: string): Promise<() => void> {
  const pids = join(dir, 'pids')
  mkdirSync(pids, { recursive: true })
  const other = livePid(join(pids, own))
  if (other !== undefined && other !== process.pid) throw new Error(`this platform runs already (process ${other})`)
  notePid(join(pids, own), process.pid)
  const left = readdirSync(pids).filter(name => name.endsWith('.pid') && name !== own && !engine.includes(name))
  // PostgreSQL waits for its sessions at SIGTERM; SIGINT is its fast shutdown.
  const end = (name: string) => endNoted(join(pids, name), name === 'postgres.pid' ? 'SIGINT' : 'SIGTERM', 5_000)
  const servers = ['postgres.pid', 'nats.pid', 'redis.pid', 'mosquitto.pid']
  await Promise.all(left.filter(name => !servers.includes(name)).map(end))
  await Promise.all(left.filter(name => servers.includes(name)).map(end))
  return () => forgetPid(join(pids, own))
}
