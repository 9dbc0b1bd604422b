import { join } from 'node:path'
import { bringServerImage, type ServerImage } from '@sahary/docker/bring'
import { root } from '../root.ts'
import { type ContainerPlan, networksOf, removeContainer, removeStore, startContainer } from './container.ts'
import { dockerAt, type Engine, findEngine } from './docker.ts'
import { ensureCommand } from './install.ts'
import type { Server } from './server.ts'

/** A server in the two ways it can be run. */
export type Ways = {
  server: ContainerPlan['server']
  command: string
  debianPackage: string
  process: () => Promise<Server>
  container: (image: ServerImage) => ContainerPlan | Promise<ContainerPlan>
}

export type WayOptions = {
  /** Tells this platform's containers from those of others on the same engine. */
  tag: string
  /** The engine to fall back on, asked for only then; undefined when there is none. */
  engine: () => Promise<Engine | undefined>
  /** Says where the command is, or throws saying what to install. */
  ensure?: typeof ensureCommand
  tell: (line: string) => void
}

/**
 * How a server is run here: as a command of this machine, installed if need be; else as a container, where there is
 * an engine; else not at all, and the error says what to install.
 */
export async function wayToRun(ways: Ways, options: WayOptions): Promise<() => Promise<Server>> {
  const { tag, tell, ensure = ensureCommand } = options
  try {
    await ensure(ways.command, ways.debianPackage)
    return ways.process
  } catch (missing) {
    const engine = await options.engine()
    if (!engine) throw missing
    tell(`${ways.command} cannot be had here: it runs as a container`)
    const docker = dockerAt(engine.host)
    const cacheDir = join(root, '.sahary/server-images')
    const image = await bringServerImage(docker, ways.server, { env: process.env, cacheDir, tell })
    const place = { docker, image, ...namesOf(tag, ways.server) }
    return async () => {
      const server = await startContainer(place, await ways.container(image))
      const stop = () => server.stop().then(() => removeContainer(place))
      return { ...server, stop }
    }
  }
}

const namesOf = (tag: string, server: string): { name: string; network: string } => ({
  name: `sahary-${tag}-${server}`,
  network: `sahary-${tag}-servers`,
})

/** Throws away what servers of this platform have stored as containers on an engine that is not our own. */
export async function clearStores(tag: string, env: NodeJS.ProcessEnv): Promise<void> {
  const engine = await findEngine(env)
  if (!engine) return
  const docker = dockerAt(engine.host)
  for (const server of ['nats', 'redis', 'mosquitto']) {
    const place = { docker, ...namesOf(tag, server) }
    await removeContainer(place)
    await removeStore(place)
  }
  for (const id of await networksOf(docker, namesOf(tag, '').network)) await docker.getNetwork(id).remove()
}
