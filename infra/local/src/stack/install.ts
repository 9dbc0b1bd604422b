import { execFile } from 'node:child_process'
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const folders = [...(process.env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin']

/** Full path of a command on this machine, or undefined. */
export function findCommand(name: string): string | undefined {
  return folders
    .filter(Boolean)
    .map(folder => join(folder, name))
    .find(path => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

export const isRoot = (): boolean => process.getuid?.() === 0

let installing: Promise<unknown> = Promise.resolve()

/** The command's path; installs Debian's package when it is missing and we may, else says what to install. */
export async function ensureCommand(name: string, debianPackage: string): Promise<string> {
  const found = findCommand(name)
  if (found) return found
  const failure = isRoot() && findCommand('apt-get') ? await tryToInstall(debianPackage) : ''
  const installed = findCommand(name)
  if (installed) return installed
  const advice = `install it (Debian: apt-get install ${debianPackage}) or give its URL (see .env.example)`
  throw new Error(`${name} is missing: ${advice}${failure && `; apt-get said: ${failure}`}`)
}

/** Gives what went wrong, or nothing. One apt at a time: it holds a lock of its own and fails instead of waiting. */
async function tryToInstall(debianPackage: string): Promise<string> {
  const turn = installing.then(() => install(debianPackage))
  installing = turn.catch(() => {})
  return turn.then(
    () => '',
    (error: { stderr?: string; message: string }) => (error.stderr || error.message).trim().split('\n').at(-1)!,
  )
}

async function install(debianPackage: string): Promise<void> {
  process.stderr.write(`installing ${debianPackage} …\n`)
  const policy = '/usr/sbin/policy-rc.d'
  // Debian starts a service that it installs; this machine's own services are none of our business.
  const ours = !existsSync(policy)
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  const apt = (...args: string[]) =>
    run('apt-get', ['-y', '-q', '-o', 'DPkg::Lock::Timeout=300', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: 64 * 1024 * 1024,
      timeout: 600_000,
    })
  try {
    const args = ['install', '--no-install-recommends', debianPackage]
    await apt(...args).catch(async () => {
      await apt('update')
      await apt(...args)
    })
  } finally {
    if (ours) rmSync(policy, { force: true })
  }
}
