import { chmodSync, existsSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, parse } from 'node:path'
import Docker from 'dockerode'
import { reachable } from './account.ts'
import { ensureCommand, isRoot } from './install.ts'
import { type Kept, keep } from './keeper.ts'
import { unmountBelow } from './mounts.ts'
import { endNoted } from './pid.ts'
import { type Server, startServer } from './server.ts'

export type DockerOptions = {
  /** Folder of images and containers. */
  dir: string
  /** Folder of sockets and run-time state; short, because a socket's path may have 107 characters. */
  runDir: string
  /** Addresses for VMs, e.g. `10.77.0.0/16`; other checkouts on this machine have others. */
  pool: string
  logFile: (name: string) => string
  pidFile: (name: string) => string
  tell?: (line: string) => void
}

/** An engine for VMs; `kept` when it is our own process. */
export type Engine = { host: string; kept?: Kept; stop: () => Promise<void> }

const systemSocket = '/var/run/docker.sock'

/** The engine that the environment or the system offers, as it is; undefined when there is none. */
export async function findEngine(env: NodeJS.ProcessEnv): Promise<Engine | undefined> {
  if (env.DOCKER_HOST) return { host: env.DOCKER_HOST, stop: async () => {} }
  const host = `unix://${systemSocket}`
  return existsSync(systemSocket) && (await pingsDocker(host)) ? { host, stop: async () => {} } : undefined
}

/** Starts an engine of our own: hardened, with user namespaces, beside any other. Root only. */
export async function startEngine(options: DockerOptions): Promise<Engine> {
  if (!isRoot()) throw new Error('an engine of our own needs root; start one yourself and set DOCKER_HOST')
  await ensureCommand('dockerd', 'docker.io')
  await endNoted(options.pidFile('dockerd'), 'SIGTERM', 15_000)
  // Containers live on while their engine is away; a runtime that is still there is used as it is.
  const containerd = await keep('containerd', () => startContainerd(options), options.tell)
  try {
    const dockerd = await keep('dockerd', () => startDockerd(options), options.tell)
    const host = `unix://${daemonFiles(options).socket}`
    return { host, kept: dockerd, stop: () => stopEngine(options, dockerd, containerd) }
  } catch (error) {
    await containerd.stop()
    throw error
  }
}

async function startDockerd(options: DockerOptions): Promise<Server> {
  const files = daemonFiles(options)
  writeFileSync(files.config, JSON.stringify(daemonConfig(options, files), null, 2))
  // A killed engine leaves its own pid file; the number may belong to anybody by now, and it would refuse to start.
  rmSync(files.pid, { force: true })
  return startServer({
    name: 'dockerd',
    command: await ensureCommand('dockerd', 'docker.io'),
    args: ['--config-file', files.config],
    isUnique: true,
    logFile: options.logFile('dockerd'),
    pidFile: options.pidFile('dockerd'),
    env: { PATH: `/usr/local/sbin:/usr/sbin:/sbin:${process.env.PATH}`, ...proxyOf(process.env) },
    ready: () => pingsDocker(`unix://${files.socket}`),
    readyWithinMs: 60_000,
    stopWithinMs: 20_000,
  })
}

async function startContainerd(options: DockerOptions): Promise<Server> {
  const command = await ensureCommand('containerd', 'containerd')
  const root = join(home(options), 'containerd')
  const file = join(options.runDir, 'containerd.toml')
  mkdirSync(options.runDir, { recursive: true, mode: 0o700 })
  const lines = [
    'version = 2',
    `root = ${JSON.stringify(root)}`,
    `state = ${JSON.stringify(join(options.runDir, 'containerd'))}`,
    'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
    `[grpc]\naddress = ${JSON.stringify(containerdSocket(options))}`,
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  return startServer({
    name: 'containerd',
    command,
    args: ['--config', file],
    isUnique: true,
    logFile: options.logFile('containerd'),
    pidFile: options.pidFile('containerd'),
    env: { PATH: `/usr/local/sbin:/usr/sbin:/sbin:${process.env.PATH}` },
    ready: async () => existsSync(containerdSocket(options)),
  })
}

/** Where images and containers live: the mapped root of a container must be able to walk there. */
function home(options: DockerOptions): string {
  const dir = reachable(options.dir, { uid: 0, gid: 0 })
  mkdirSync(dir, { recursive: true })
  chmodSync(dir, 0o711)
  return dir
}

const containerdSocket = (options: DockerOptions): string => join(options.runDir, 'containerd.sock')

function daemonFiles(options: DockerOptions) {
  return {
    config: join(options.runDir, 'daemon.json'),
    pid: join(options.runDir, 'dockerd.pid'),
    socket: join(options.runDir, 'docker.sock'),
  }
}

/** Every hardening that belongs to the engine; limits of a single VM belong to compute. */
function daemonConfig(options: DockerOptions, files: ReturnType<typeof daemonFiles>): Record<string, unknown> {
  return {
    hosts: [`unix://${files.socket}`],
    containerd: containerdSocket(options),
    'data-root': join(home(options), 'engine'),
    'exec-root': join(options.runDir, 'engine'),
    pidfile: files.pid,
    'userns-remap': 'default',
    'live-restore': true,
    'no-new-privileges': true,
    'storage-driver': 'overlay2',
    // Two engines would fight over docker0 and the chains of the packet filter: no default bridge, and the
    // rules between VMs, host and world are the launcher's (firewall.ts).
    bridge: 'none',
    iptables: false,
    'default-address-pools': [{ base: options.pool, size: 28 }],
    'log-driver': 'json-file',
    'log-opts': { 'max-size': '1m', 'max-file': '2' },
    'shutdown-timeout': 10,
  }
}

/** Stops the VMs in order, then the engine, then its runtime. */
async function stopEngine(options: DockerOptions, dockerd: Kept, containerd: Kept): Promise<void> {
  const docker = dockerAt(`unix://${daemonFiles(options).socket}`)
  const running = await docker.listContainers().catch(() => [])
  await Promise.all(
    running.map(({ Id }) =>
      docker
        .getContainer(Id)
        .stop({ t: 5 })
        .catch(() => {}),
    ),
  )
  await dockerd.stop()
  await containerd.stop()
  await unmountBelow(home(options))
  // With user namespaces the engine makes its run-time folder a twin, named by the mapped ids.
  const { dir, base } = parse(options.runDir)
  for (const folder of [options.runDir, ...globSync(`${dir}{,.*}/${base}.*.*`)])
    rmSync(folder, { recursive: true, force: true })
}

/** A client for a DOCKER_HOST (`unix://…`, `tcp://…`); an engine that says nothing for `timeout` is given up. */
export function dockerAt(host: string, timeout = 60_000): Docker {
  const url = new URL(host)
  return url.protocol === 'unix:'
    ? new Docker({ socketPath: url.pathname, timeout })
    : new Docker({ host: url.hostname, port: Number(url.port || 2375), timeout })
}

export async function pingsDocker(host: string): Promise<boolean> {
  try {
    await dockerAt(host).ping()
    return true
  } catch {
    return false
  }
}

const proxyOf = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([key]) => /^(https?|no)_proxy$/i.test(key)))
