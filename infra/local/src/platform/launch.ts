import { join } from 'node:path'
import { type ServiceName, serviceNames } from '@sahary/contracts/services'
import { reconcilerRole } from '@sahary/db/reconciler'
import { makeSchemas, type Schemas } from '@sahary/operations/schemas'
import { type Held, holdDrawn } from '../stack/port.ts'
import { bringEngine, bringMosquitto, bringNats, bringPostgres, bringRedis, type StackOptions } from '../stack/stack.ts'
import { type Drawn, openState } from '../stack/state.ts'
import { bundleAll } from './bundle.ts'
import { comparing, startComparing } from './comparing.ts'
import { bringImage } from './images.ts'
import { holdFolder } from './lock.ts'
import { admin, type Ports, type Servers } from './offered.ts'
import { type Platform, platformOf } from './platform.ts'
import { bundlePortal } from './portal.ts'
import { folderOf, type ProcessName, programs } from './processes.ts'
import { programStarter } from './program.ts'
import { followWarnings } from './warnings.ts'

export type LaunchOptions = {
  /** Folder that holds all that this platform keeps; another folder is another platform. */
  dir: string
  /** Settings for every program, and URLs of servers that exist already (`DATABASE_URL`, `NATS_URL`, …). */
  env?: NodeJS.ProcessEnv
  /** Settings for one program. */
  settings?: Partial<Record<ProcessName, Record<string, string>>>
  /** With the simulator, on a simulated clock. */
  demo?: boolean
  /** The business clock; simulated for a demonstration when not said. */
  clock?: 'real' | 'simulated'
  /** `none` does without an engine for VMs. */
  engine?: 'auto' | 'none'
  /** Bundles, made now when they are old, or as they were `built`; or the sources, started again at each change if `watch`. */
  from?: 'bundle' | 'built' | 'source' | 'watch'
  /** Aborted when the platform is no longer wanted, also while it is coming up. */
  signal?: AbortSignal
  /** Told what a person should know, line by line. */
  tell?: (line: string) => void
}

/** Brings a whole platform up and gives the handles to it. When a part fails, everything is taken down again. */
export async function launch(options: LaunchOptions): Promise<Platform> {
  const tell = options.tell ?? (() => {})
  const undo: (() => unknown)[] = []
  const release = await holdFolder(options.dir)
  undo.push(release)
  try {
    const drawn = openState(options.dir)
    const names = programs({ demo: options.demo ?? false })
    const env = options.env ?? {}
    const from = options.from ?? 'bundle'
    const [servers, { ports, releasePorts }] = await allOrNone([
      bringServers({ dir: options.dir, drawn, env, engine: options.engine ?? 'auto', tell }, undo),
      drawPorts({ names, drawn, env }, undo),
      from === 'bundle' ? bundleAll(names, tell) : undefined,
      from === 'bundle' || from === 'source' ? bundlePortal(tell) : undefined,
    ])
    options.signal?.throwIfAborted()
    if ('why' in servers.compute) tell(`compute has no host: ${servers.compute.why}`)
    undo.push(startComparing(options.dir, { adminUrl: servers.postgres.url, drawn }))
    undo.push(followWarnings(options.dir, [...names, comparing], tell))
    await releasePorts()
    const start = programStarter({ ...options, drawn, servers, ports, tell })
    const platform = await platformOf({ names, start, servers, ports, undo, admin: admin(drawn) })
    options.signal?.throwIfAborted()
    return platform
  } catch (error) {
    await takeDown(undo)
    throw error
  }
}

/** Waits for every one, also after a failure: a server that comes up late must be known, to be taken down. */
async function allOrNone<T extends readonly unknown[]>(parts: [...T]): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(parts)
  return Promise.all(parts)
}

/** Undoes in reverse order, whatever fails on the way. */
export async function takeDown(undo: (() => unknown)[]): Promise<void> {
  for (const step of undo.splice(0).reverse()) await Promise.resolve(step()).catch(() => {})
}

async function bringServers(options: StackOptions, undo: (() => unknown)[]): Promise<Servers> {
  const noted = async <T extends { kept?: { stop: () => Promise<void> } }>(coming: Promise<T>): Promise<T> => {
    const server = await coming
    if (server.kept) undo.push(() => server.kept!.stop())
    return server
  }
  const host = bringEngine(options)
  const serverEngine = async () => {
    const found = await host
    return 'engine' in found ? found.engine : found.beside
  }
  const beside = { ...options, serverEngine }
  const bringing = {
    postgres: noted(bringPostgres(options)).then(async server => {
      await makeSchemas(schemasOf(server.url, options.drawn))
      return server
    }),
    nats: noted(bringNats(beside)),
    redis: noted(bringRedis(beside)),
    mosquitto: noted(bringMosquitto(beside)),
    compute: host.then(async host => {
      if (!('engine' in host)) return host
      undo.push(() => host.stop())
      await bringImage(host.engine.host, 'tiny')
      return host
    }),
  }
  const { postgres, nats, redis, mosquitto, compute } = bringing
  const all = await allOrNone([postgres, nats, redis, mosquitto, compute])
  return { postgres: all[0], nats: all[1], redis: all[2], mosquitto: all[3], compute: all[4] }
}

/** Every service's role and schema; the passwords are drawn. */
const schemasOf = (adminUrl: string, drawn: Drawn): Schemas => ({
  adminUrl,
  reconcilerPassword: drawn.secret(`database ${reconcilerRole}`),
  passwords: Object.fromEntries(serviceNames.map(service => [service, drawn.secret(`database ${service}`)])),
  directoryOf: service => join(folderOf(service as ServiceName), 'migrations'),
})

/** Two ports for every program, held until the programs themselves listen, and marked as ours until the platform ends. */
async function drawPorts(
  { names, drawn, env }: { names: readonly ProcessName[]; drawn: Drawn; env: NodeJS.ProcessEnv },
  undo: (() => unknown)[],
): Promise<{ ports: Record<string, Ports>; releasePorts: () => Promise<unknown> }> {
  const ports: Record<string, Ports> = {}
  const held: Held[] = []
  const releasePorts = () => Promise.all(held.map(({ free }) => free()))
  const draw = async (name: string, wish?: number) => {
    const own = await holdDrawn(() => drawn.port(name, wish))
    held.push(own)
    undo.push(own.unmark)
    return own.port
  }
  undo.push(releasePorts)
  for (const name of new Set<ProcessName>([...serviceNames, 'payments', ...names])) {
    const isAsked = name === 'gateway' && env.PORT
    const api = isAsked ? Number(env.PORT) : await draw(name, name === 'gateway' ? 8080 : undefined)
    ports[name] = { api, ops: await draw(`${name} ops`) }
  }
  return { ports, releasePorts }
}
