import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { isRoot } from './install.ts'

const run = promisify(execFile)

/** A system account that a server runs as; undefined where we are not root and everything runs as ourselves. */
export type RunAs = { uid: number; gid: number } | undefined

/** The system account of that name when we are root, made when missing: no server of ours runs as root. */
export async function runAs(name: string): Promise<RunAs> {
  if (!isRoot()) return undefined
  const found = find(name)
  if (found) return found
  await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name])
  return find(name)
}

function find(name: string): RunAs {
  const entries = readFileSync('/etc/passwd', 'utf8').split('\n')
  const fields = entries.find(entry => entry.startsWith(`${name}:`))?.split(':')
  return fields && { uid: Number(fields[2]), gid: Number(fields[3]) }
}

/** True when every account of the machine may walk to `path`. */
export function isOpen(path: string): boolean {
  for (let at = path; at !== dirname(at); at = dirname(at)) if ((statSync(at).mode & 0o001) === 0) return false
  return true
}

/** `dir`, or a folder of /var/lib in its place where the account could not walk to it. Parents are made. */
export function reachable(dir: string, account: RunAs): string {
  mkdirSync(dirname(dir), { recursive: true })
  if (!account) return dir
  chmodSync(dirname(dir), statSync(dirname(dir)).mode | 0o011)
  if (isOpen(dirname(dir))) return dir
  const place = standIn(dir)
  mkdirSync(dirname(place), { recursive: true, mode: 0o711 })
  return place
}

/** Where a folder's content is when the folder itself could not be walked to. */
export const standIn = (dir: string): string =>
  join('/var/lib/sahary', createHash('sha256').update(dir).digest('hex').slice(0, 12), 'data')

/** Removes a server's folder, wherever `reachable` put it. */
export function removeFolder(dir: string): void {
  rmSync(dir, { recursive: true, force: true })
  rmSync(dirname(standIn(dir)), { recursive: true, force: true })
}

/** A private folder that belongs to the account, with all that is in it. */
export function ownedFolder(dir: string, account: RunAs): string {
  const place = reachable(dir, account)
  mkdirSync(place, { recursive: true, mode: 0o700 })
  if (account) giveTo(place, account)
  return place
}

/** Hands a file, or a folder with all that is in it, to the account. */
export function giveTo(path: string, account: RunAs): void {
  if (!account) return
  chownSync(path, account.uid, account.gid)
  if (statSync(path).isDirectory()) for (const name of readdirSync(path)) giveTo(join(path, name), account)
}
