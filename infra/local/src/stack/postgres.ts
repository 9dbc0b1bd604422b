import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { postgresFiles } from '@sahary/docker/postgres'
import pg from 'pg'
import { giveTo, isOpen, type RunAs, reachable, runAs } from './account.ts'
import type { ContainerPlan } from './container.ts'
import { until } from './pid.ts'
import { type Server, type ServerPlan, startServer } from './server.ts'

const run = promisify(execFile)

export type PostgresOptions = {
  /** Folder of the cluster; made when missing. */
  dir: string
  port: number
  password: string
  logFile: string
  pidFile: string
  /** Extra settings, e.g. `{ max_connections: '200' }`. */
  settings?: Record<string, string>
}

/** URL of the cluster's superuser. */
export const postgresUrl = (options: { port: number; password: string }, database = 'postgres'): string =>
  `postgres://postgres:${options.password}@127.0.0.1:${options.port}/${database}`

// Linux refuses longer paths of sockets.
const longestSocket = 107

/** The folder of the server's socket; undefined where its path would be too long. Only its owner may enter it. */
async function socketFolder({ dir, port }: Pick<PostgresOptions, 'dir' | 'port'>): Promise<string | undefined> {
  const folder = reachable(dir, await runAs('postgres'))
  return Buffer.byteLength(join(folder, `.s.PGSQL.${port}`)) <= longestSocket ? folder : undefined
}

/**
 * URL of the cluster's superuser for programs of this machine: by the server's socket where there is one, which spares
 * both sides about a third of the work that a statement by TCP is.
 */
export async function postgresNear(options: Pick<PostgresOptions, 'dir' | 'port' | 'password'>): Promise<string> {
  const url = new URL(postgresUrl(options))
  const folder = await socketFolder(options)
  if (folder) url.searchParams.set('host', folder)
  return url.href
}

/** Starts the embedded PostgreSQL on loopback; the cluster is made (with data checksums) when it is not there. */
export async function startPostgres(options: PostgresOptions): Promise<Server> {
  const user = await runAs('postgres')
  const bin = binaries(user)
  const dir = reachable(options.dir, user)
  await makeCluster(bin, dir, options.password, user)
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(options.port),
    unix_socket_directories: (await socketFolder(options)) ?? '',
    max_connections: '200',
    shared_buffers: '64MB',
    ...options.settings,
  }
  const plan: ServerPlan = {
    name: 'postgres',
    command: join(bin, 'postgres'),
    args: ['-D', dir, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    cwd: dir,
    isUnique: true,
    logFile: options.logFile,
    pidFile: options.pidFile,
    user,
    ready: () => accepts(postgresUrl(options)),
    readyWithinMs: 60_000,
    // SIGINT is PostgreSQL's "fast" shutdown: it ends sessions and writes a checkpoint.
    stopSignal: 'SIGINT',
    stopWithinMs: 20_000,
  }
  return startAgain(plan)
}

/** The same server as a container. */
export const postgresInside = (options: Pick<PostgresOptions, 'port' | 'password' | 'settings'>): ContainerPlan => ({
  server: 'postgres',
  command: ['postgres', ...Object.entries(options.settings ?? {}).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
  env: { POSTGRES_PASSWORD: options.password },
  files: [],
  ports: [{ inside: 5432, outside: options.port }],
  store: '/var/lib/postgresql',
  ready: () => accepts(postgresUrl(options)),
  stopSignal: 'SIGINT',
  stopWithinMs: 20_000,
})

/** After a kill -9 the children of the old server may hold its shared memory for a moment. */
async function startAgain(plan: ServerPlan): Promise<Server> {
  let last: unknown
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      return await startServer(plan)
    } catch (error) {
      last = error
      if (!/shared memory block|lock file/.test(String(error))) throw error
      await until(() => false, 500)
    }
  }
  throw last
}

/** True when the server lets this URL in. */
export async function accepts(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

async function makeCluster(bin: string, dir: string, password: string, user: RunAs): Promise<void> {
  if (existsSync(join(dir, 'PG_VERSION'))) return
  // Made beside and renamed, so that a start killed in the middle leaves nothing half-made.
  const draft = `${dir}.draft`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true, mode: 0o700 })
  const secret = `${draft}.password`
  writeFileSync(secret, `${password}\n`, { mode: 0o600 })
  for (const path of [draft, secret]) giveTo(path, user)
  try {
    const args = ['-D', draft, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${secret}`, '--data-checksums']
    await run(join(bin, 'initdb'), [...args, '--encoding=UTF8', '--locale=C.UTF-8'], {
      cwd: draft,
      env: { PATH: process.env.PATH, LANG: 'C.UTF-8' },
      ...(user ?? {}),
    })
  } finally {
    rmSync(secret, { force: true })
  }
  rmSync(dir, { recursive: true, force: true })
  renameSync(draft, dir)
}

/** The binaries' folder; copied to where the other user may read it when it lies below a private folder. */
function binaries(user: RunAs): string {
  const native = postgresFiles()
  if (!user || isOpen(native)) return join(native, 'bin')
  const copy = join('/var/lib/sahary', `postgres-${digest(native)}`)
  if (!existsSync(join(copy, 'bin', 'postgres'))) {
    rmSync(`${copy}.draft`, { recursive: true, force: true })
    // Its libraries name each other by relative links, which must stay relative.
    cpSync(native, `${copy}.draft`, { recursive: true, verbatimSymlinks: true })
    renameSync(`${copy}.draft`, copy)
  }
  return join(copy, 'bin')
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12)
