import type { Kept } from '../stack/keeper.ts'
import { takeDown } from './launch.ts'
import type { Ports, Servers } from './offered.ts'
import { type ProcessName, stopOrder } from './processes.ts'
import type { Program, StartProgram } from './program.ts'

type ServerName = 'postgres' | 'nats' | 'redis' | 'mosquitto' | 'dockerd'

/** A running platform and the handles to it, also those that hurt it. */
export type Platform = {
  /** Address of the gateway: API, portal and web hooks. */
  gatewayUrl: string
  admin: { identifier: string; password: string }
  /** Programs that run. */
  services: ProcessName[]
  servers: Servers
  /** The settings a program was started with. */
  env: (name: ProcessName) => Record<string, string>
  url: (name: ProcessName) => string
  opsUrl: (name: ProcessName) => string
  /** Sends a signal to a program or a server of ours; one that ends by it is started again, as in real life. */
  kill: (name: ProcessName | ServerName, signal?: NodeJS.Signals) => void
  /** Ends in order and starts again; resolves when ready. */
  restart: (name: ProcessName | ServerName) => Promise<void>
  /** Ends in order and keeps it down until `restart`. */
  hold: (name: ProcessName | ServerName) => Promise<void>
  /** Runs one more replica of a program beside the first. */
  replica: (name: ProcessName) => Promise<Program>
  /** Process number, for looking at memory. */
  pid: (name: ProcessName | ServerName) => number | undefined
  /** Stops everything in order. Safe to call twice. */
  stop: () => Promise<void>
}

type Parts = {
  names: readonly ProcessName[]
  start: StartProgram
  servers: Servers
  ports: Record<string, Ports>
  undo: (() => unknown)[]
  admin: { identifier: string; password: string }
}

/** Starts every program at once and waits until all are ready. */
export async function platformOf({ names, start, servers, ports, undo, admin }: Parts): Promise<Platform> {
  const running = new Map<string, Program>()
  const extra: Program[] = []
  undo.push(() => stopPrograms(running, extra))
  const bring = async (chosen: readonly ProcessName[]) => {
    const starts = chosen.map(async name => running.set(name, await start(name)))
    // A program that comes up after another has failed must be known, to be stopped.
    await Promise.allSettled(starts)
    await Promise.all(starts)
  }
  // The simulator comes as a guest: when there is a door to knock at.
  await bring(names.filter(name => name !== 'simulator'))
  await bring(names.filter(name => name === 'simulator'))
  const keptOf = (name: ProcessName | ServerName): Kept => {
    const kept = running.get(name)?.kept ?? serverOf(servers, name)
    if (!kept) throw new Error(`${name} is not ours`)
    return kept
  }
  const program = (name: ProcessName): Program => running.get(name) ?? missing(name)
  let replicas = 1
  return {
    gatewayUrl: `http://127.0.0.1:${ports.gateway!.api}`,
    admin,
    services: [...names],
    servers,
    env: name => program(name).env,
    url: name => program(name).url,
    opsUrl: name => program(name).opsUrl,
    kill: (name, signal = 'SIGKILL') => keptOf(name).signal(signal),
    restart: name => keptOf(name).restart(),
    hold: name => keptOf(name).hold(),
    replica: async name => {
      const added = await start(name, String(++replicas))
      extra.push(added)
      return added
    },
    pid: name => keptOf(name).pid(),
    stop: () => takeDown(undo),
  }
}

const missing = (name: string): never => {
  throw new Error(`${name} does not run`)
}

function serverOf(servers: Servers, name: string): Kept | undefined {
  if (name === 'dockerd') return 'engine' in servers.compute ? servers.compute.engine.kept : undefined
  const server = Object.entries(servers).find(([key]) => key === name)?.[1]
  return server && 'kept' in server ? server.kept : undefined
}

/** First what others depend on least: the simulator, the gateway; then the services together. */
async function stopPrograms(running: Map<string, Program>, extra: readonly Program[]): Promise<void> {
  await Promise.all(extra.map(program => program.kept.stop()))
  const [simulator, gateway, ...rest] = stopOrder
  for (const first of [simulator, gateway]) await running.get(first!)?.kept.stop()
  await Promise.all(rest.map(name => running.get(name)?.kept.stop()))
}
