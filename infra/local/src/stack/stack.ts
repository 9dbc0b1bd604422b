import { join } from 'node:path'
import { ensureStreams } from '@sahary/bus/admin'
import type { ServiceName } from '@sahary/contracts/services'
import { connect } from 'nats'
import { dockerAt, type Engine, findEngine, startEngine } from './docker.ts'
import { lowerFirewall, raiseFirewall } from './firewall.ts'
import { isRoot } from './install.ts'
import { type Kept, keep } from './keeper.ts'
import { mosquittoInside, mqttUrl, startMosquitto } from './mosquitto.ts'
import { type NatsUser, natsInside, natsUrl, natsUsers, startNats } from './nats.ts'
import { postgresNear, startPostgres } from './postgres.ts'
import { redisInside, redisUrl, startRedis } from './redis.ts'
import type { Drawn } from './state.ts'
import { type Ways, wayToRun } from './way.ts'

export type StackOptions = {
  /** The platform's folder (`.sahary`). */
  dir: string
  drawn: Drawn
  /** The launcher's environment: a URL in it wins over a server of our own. */
  env: NodeJS.ProcessEnv
  /** `none` leaves compute without a host. */
  engine?: 'auto' | 'none'
  /** The engine for servers that cannot be processes of this machine; waited for only then. */
  serverEngine?: () => Promise<Engine | undefined>
  tell: (line: string) => void
}

/** A server of the stack: its address, and its process when it is ours. */
export type StackServer = { url: string; kept?: Kept }

const place = ({ dir }: StackOptions, name: string) => ({
  dir: join(dir, name),
  logFile: join(dir, 'logs', `${name}.log`),
  pidFile: join(dir, 'pids', `${name}.pid`),
})

const wayOf = ({ drawn, tell, serverEngine }: StackOptions, ways: Ways) =>
  wayToRun(ways, { tag: drawn.tag, engine: serverEngine ?? (async () => undefined), tell })

/** PostgreSQL; the URL is that of a role which may make roles and schemas. */
export async function bringPostgres(options: StackOptions): Promise<StackServer> {
  if (options.env.DATABASE_URL) return { url: options.env.DATABASE_URL }
  const { drawn } = options
  const own = { ...place(options, 'postgres'), port: await drawn.port('postgres'), password: drawn.secret('postgres') }
  const kept = await keep('postgres', () => startPostgres(own), options.tell)
  return { url: await postgresNear(own), kept }
}

/** NATS with every stream and durable made; `urlOf` gives a user's own URL. */
export async function bringNats(options: StackOptions): Promise<StackServer & { urlOf: (user: NatsUser) => string }> {
  const { drawn, env } = options
  if (env.NATS_URL) {
    await makeStreams(env.NATS_URL)
    return { url: env.NATS_URL, urlOf: () => env.NATS_URL! }
  }
  const passwords = Object.fromEntries(natsUsers.map(user => [user, drawn.secret(`nats ${user}`)]))
  const own = {
    ...place(options, 'nats'),
    port: await drawn.port('nats'),
    passwords: passwords as Record<NatsUser, string>,
  }
  const run = await wayOf(options, {
    server: 'nats',
    command: 'nats-server',
    debianPackage: 'nats-server',
    process: () => startNats(own),
    container: image => natsInside(own, image),
  })
  const start = async () => {
    const server = await run()
    await makeStreams(natsUrl(own, 'admin'))
    return server
  }
  const kept = await keep('nats', start, options.tell)
  return { url: natsUrl(own, 'admin'), urlOf: user => natsUrl(own, user), kept }
}

async function makeStreams(url: string): Promise<void> {
  const { host, username, password } = new URL(url)
  const nc = await connect({
    servers: host,
    ...(username ? { user: username, pass: decodeURIComponent(password) } : {}),
  })
  try {
    await ensureStreams(nc)
  } finally {
    await nc.close()
  }
}

export async function bringRedis(options: StackOptions): Promise<StackServer> {
  if (options.env.REDIS_URL) return { url: options.env.REDIS_URL }
  const { drawn } = options
  const own = { ...place(options, 'redis'), port: await drawn.port('redis'), password: drawn.secret('redis') }
  const run = await wayOf(options, {
    server: 'redis',
    command: 'redis-server',
    debianPackage: 'redis-server',
    process: () => startRedis(own),
    container: () => redisInside(own),
  })
  const kept = await keep('redis', run, options.tell)
  return { url: redisUrl(own), kept }
}

/** Mosquitto; the URL is solar's, `device` is where inverters connect. */
export async function bringMosquitto(
  options: StackOptions,
): Promise<StackServer & { device: { host: string; port: number } }> {
  const { drawn, env } = options
  if (env.MQTT_URL) {
    const { hostname, port } = new URL(env.MQTT_URL)
    return { url: env.MQTT_URL, device: { host: hostname, port: Number(port || 1883) } }
  }
  const own = {
    ...place(options, 'mosquitto'),
    port: await drawn.port('mosquitto'),
    devicePort: await drawn.port('mosquitto devices'),
    passwords: { admin: drawn.secret('mosquitto admin'), solar: drawn.secret('mosquitto solar') },
  }
  const run = await wayOf(options, {
    server: 'mosquitto',
    command: 'mosquitto',
    debianPackage: 'mosquitto',
    process: () => startMosquitto(own),
    container: () => mosquittoInside(own),
  })
  const kept = await keep('mosquitto', run, options.tell)
  return { url: mqttUrl(own, 'solar'), device: { host: '127.0.0.1', port: own.devicePort }, kept }
}

/** An engine for VMs with the host closed to them; says why when there is none, and which one is good for servers alone. */
export type ComputeHost = { engine: Engine; pool: string; stop: () => Promise<void> } | { why: string; beside?: Engine }

export async function bringEngine(options: StackOptions): Promise<ComputeHost> {
  if (options.engine === 'none') return { why: 'no engine was asked for' }
  const pool = options.env.VM_NETWORK_POOL ?? `10.${options.drawn.network}.0.0/16`
  const engine = await findEngine(options.env).then(found => found ?? startOwn(options, pool))
  if ('why' in engine) return engine
  const isLocal = engine.host.startsWith('unix:')
  const firewall = isLocal ? await raiseFirewall({ pool, tag: options.drawn.tag }) : { why: 'the engine is elsewhere' }
  if ('why' in firewall) {
    if (options.env.ACCEPT_OPEN_HOST !== 'true') return refused(engine, firewall.why)
    options.tell(`VMs can reach this host: ${firewall.why}`)
  }
  const stop = async () => {
    await engine.stop()
    if ('stop' in firewall) await firewall.stop()
  }
  return { engine, pool, stop }
}

/** From inside a VM the host and link-local addresses would answer: nobody rents one there unless a person accepts that. */
async function refused(engine: Engine, cause: string): Promise<ComputeHost> {
  const why = `VMs could reach this host: ${cause} (ACCEPT_OPEN_HOST=true offers it all the same)`
  if (engine.kept) await engine.stop()
  return engine.kept ? { why } : { why, beside: engine }
}

async function startOwn(options: StackOptions, pool: string): Promise<Engine | { why: string }> {
  if (!isRoot()) return { why: 'no Docker engine answers, and one of our own needs root (or set DOCKER_HOST)' }
  try {
    return await startEngine(engineOptions(options, pool))
  } catch (error) {
    return { why: `no Docker engine: ${error instanceof Error ? error.message : error}` }
  }
}

const engineOptions = ({ dir, drawn, tell }: StackOptions, pool: string) => ({
  dir: join(dir, 'docker'),
  runDir: join('/run/sahary', drawn.tag),
  pool,
  logFile: (name: string) => join(dir, 'logs', `${name}.log`),
  pidFile: (name: string) => join(dir, 'pids', `${name}.pid`),
  tell,
})

/**
 * Ends every VM of our own engine, also those that outlived a kill -9, so that its folder can be removed; and takes its
 * networks' bridges and the firewall off the machine.
 */
export async function clearEngine(options: StackOptions): Promise<void> {
  const pool = '10.64.0.0/16'
  const started = await startOwn(options, pool)
  if ('why' in started) throw new Error(started.why)
  const docker = dockerAt(started.host)
  for (const { Id } of await docker.listContainers({ all: true })) await docker.getContainer(Id).remove({ force: true })
  await docker.pruneNetworks()
  await started.stop()
  await lowerFirewall({ pool, tag: options.drawn.tag })
}

/** The URL with which a service signs in: its own role in the same database. */
export function roleUrl(adminUrl: string, service: ServiceName, password: string): string {
  const url = new URL(adminUrl)
  url.username = service
  url.password = password
  return url.href
}
