import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { jetstreamManager } from '@nats-io/jetstream'
import { type ServiceName, serviceNames } from '@sahary/contracts/services'
import type { ServerImage } from '@sahary/docker/bring'
import bcrypt from 'bcryptjs'
import { connect } from 'nats'
import { giveTo, ownedFolder, type RunAs, runAs } from './account.ts'
import type { ContainerPlan } from './container.ts'
import { ensureCommand, findCommand } from './install.ts'
import { accountsConfig } from './nats-accounts.ts'
import { type Server, startServer } from './server.ts'

const run = promisify(execFile)

export type NatsUser = ServiceName | 'admin'
export const natsUsers: readonly NatsUser[] = ['admin', ...serviceNames]

export type NatsOptions = {
  /** Folder of the configuration and the JetStream store. */
  dir: string
  port: number
  passwords: Record<NatsUser, string>
  logFile: string
  pidFile: string
  /** bcrypt's cost for the passwords in the file. */
  cost?: number
}

export const natsUrl = (options: Pick<NatsOptions, 'port' | 'passwords'>, user: NatsUser): string =>
  `nats://${user}:${options.passwords[user]}@127.0.0.1:${options.port}`

/** Starts nats-server on loopback with JetStream and one least-privilege user per service. */
export async function startNats(options: NatsOptions): Promise<Server> {
  const command = await ensureCommand('nats-server', 'nats-server')
  const user = await runAs('nats')
  const dir = ownedFolder(options.dir, user)
  const store = ownedFolder(join(dir, 'store'), user)
  await syncAtOnce(store)
  const file = await writeConfig(command, { dir, store, user }, options)
  return startServer({
    name: 'nats',
    command,
    args: ['-c', file],
    isUnique: true,
    logFile: options.logFile,
    pidFile: options.pidFile,
    user,
    ready: () => serves(natsUrl(options, 'admin')),
    stopSignal: 'SIGTERM',
    stopWithinMs: 10_000,
  })
}

/** The same server as a container; the published image tells its version in `NATS_SERVER`. */
export async function natsInside(
  options: Pick<NatsOptions, 'port' | 'passwords' | 'cost'>,
  image: ServerImage,
): Promise<ContainerPlan> {
  const hashed = await hashesOf(options)
  const settings = {
    listen: '0.0.0.0:4222',
    store: '/store',
    syncs: versionIn(image.variables.NATS_SERVER ?? '') >= 2.1,
  }
  return {
    server: 'nats',
    command: ['nats-server', '-c', '/settings/nats.conf'],
    files: [{ path: '/settings/nats.conf', text: configuration(settings, name => hashed[name]) }],
    ports: [{ inside: 4222, outside: options.port }],
    store: '/store',
    ready: () => serves(natsUrl(options, 'admin')),
  }
}

/** True when the server lets this URL in and JetStream answers. */
export async function serves(url: string): Promise<boolean> {
  const { username, password, host } = new URL(url)
  try {
    const nc = await connect({ servers: host, user: username, pass: password, timeout: 2_000, reconnect: false })
    try {
      await (await jetstreamManager(nc, { timeout: 2_000 })).getAccountInfo()
      return true
    } finally {
      await nc.close()
    }
  } catch {
    return false
  }
}

/**
 * An acknowledgement of the 2.9 server does not mean "on disk" and it has no setting for it; synchronous writes of
 * the whole folder do the same where the file system allows them. Files inherit the flags of their folder.
 */
async function syncAtOnce(store: string): Promise<void> {
  const chattr = findCommand('chattr')
  if (chattr) await run(chattr, ['+S', '+D', store]).catch(() => {})
}

async function writeConfig(
  command: string,
  { dir, store, user }: { dir: string; store: string; user: RunAs },
  options: NatsOptions,
): Promise<string> {
  const file = join(dir, 'nats.conf')
  const listen = `127.0.0.1:${options.port}`
  const syncs = (await serverVersion(command)) >= 2.1
  const make = (hashOf: (user: NatsUser) => string) => configuration({ listen, store, syncs }, hashOf)
  // bcrypt is slow by intent: the file is made again only when something in it changes.
  const stamp = `# ${createHash('sha256')
    .update(make(name => options.passwords[name]))
    .digest('hex')}\n`
  if (read(file)?.startsWith(stamp)) return file
  const hashed = await hashesOf(options)
  writeFileSync(file, stamp + make(name => hashed[name]), { mode: 0o600 })
  giveTo(file, user)
  return file
}

async function hashesOf({ passwords, cost = 10 }: Pick<NatsOptions, 'passwords' | 'cost'>) {
  const hashes = await Promise.all(natsUsers.map(async name => [name, await bcrypt.hash(passwords[name], cost)]))
  return Object.fromEntries(hashes) as Record<NatsUser, string>
}

function configuration(
  { listen, store, syncs }: { listen: string; store: string; syncs: boolean },
  hashOf: (user: NatsUser) => string,
): string {
  return [
    `listen: ${listen}`,
    'server_name: sahary',
    'max_payload: 1MB',
    'max_control_line: 8KB',
    'write_deadline: "5s"',
    'ping_interval: "10s"',
    `jetstream { store_dir: ${JSON.stringify(store)}, max_mem: 64MB, max_file: 16GB${syncs ? ', sync_interval: always' : ''} }`,
    accountsConfig(hashOf),
    '',
  ].join('\n')
}

async function serverVersion(command: string): Promise<number> {
  const { stdout, stderr } = await run(command, ['--version'])
  return versionIn(stdout + stderr)
}

/** `v2.9.10` as 2.09; 0 when no version is told. */
function versionIn(text: string): number {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(text) ?? []
  return major ? Number(major) + Number(minor) / 100 : 0
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
