import { randomBytes } from 'node:crypto'
import { join, resolve } from 'node:path'
import { bringServerImage, canHave, type ServerImage, type ServerName } from '@sahary/docker/bring'
import { type ContainerPlan, packFiles, removeContainer, serverIn } from '@sahary/local/stack/container'
import { dockerAt, findEngine } from '@sahary/local/stack/docker'
import { livePid, notePid } from '@sahary/local/stack/pid'
import type { Server } from '@sahary/local/stack/server'
import type Docker from 'dockerode'
import { GenericContainer, getContainerRuntimeClient, type WaitStrategy } from 'testcontainers'
import { ownDocker } from './docker.ts'

/** The engine of a run with TEST_STACK=containers: where it is, its images, and the network of this run's servers. */
export type Containers = {
  host: string
  network: string
  images: Record<ServerName, ServerImage>
  /** Whether Testcontainers' own reaper can run; without it a run takes its containers away itself. */
  hasReaper: boolean
}

const folder = resolve(import.meta.dirname, '../../../.sahary')
const servers = ['postgres', 'nats', 'redis', 'mosquitto'] as const
const ownerOf = (network: string): string => join(folder, 'test/networks', `${network}.pid`)

/** Once per run: an engine (the environment's, the system's, or one of our own), its images and a network. */
export async function openContainers(): Promise<{ containers: Containers; close: () => Promise<void> }> {
  const found = await findEngine(process.env)
  const own = found ? undefined : await ownDocker('10.217.0.0/16')
  const host = found?.host ?? own!.address
  const docker = dockerAt(host)
  const tell = (line: string) => console.error(line)
  await sweep(docker)
  const network = `sahary-tests-${randomBytes(4).toString('hex')}`
  notePid(ownerOf(network), process.pid)
  await docker.createNetwork({ Name: network })
  const options = { env: process.env, cacheDir: join(folder, 'server-images'), tell }
  const images = await Promise.all(servers.map(async name => [name, await bringServerImage(docker, name, options)]))
  const hasReaper = !own && (await canHave(docker, reaperImage(), tell))
  return {
    containers: { host, network, images: Object.fromEntries(images) as Containers['images'], hasReaper },
    close: () => (own ? own.stop() : clear(docker, network)),
  }
}

/** Starts the container of that name again, or makes it; resolves when it serves. */
export async function startTestContainer(containers: Containers, name: string, plan: ContainerPlan): Promise<Server> {
  const container = dockerAt(containers.host).getContainer(name)
  const isThere = await container.inspect().then(
    () => true,
    () => false,
  )
  if (isThere) await container.start()
  else await create(containers, name, plan)
  return serverIn(container, plan)
}

export const removeTestContainer = (containers: Containers, name: string): Promise<void> =>
  removeContainer({ docker: dockerAt(containers.host), name })

/** `serverIn` asks the server itself, which says more than an open port. */
const noWait: WaitStrategy = {
  waitUntilReady: async () => {},
  withStartupTimeout: () => noWait,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 60_000,
}

let shownOnce: Promise<void> | undefined

async function create(containers: Containers, name: string, plan: ContainerPlan): Promise<void> {
  shownOnce ??= shown(containers.host)
  await shownOnce
  await new GenericContainer(containers.images[plan.server].reference)
    .withName(name)
    .withCommand([...plan.command])
    .withEnvironment(plan.env ?? {})
    .withCopyArchivesToContainer([{ tar: packFiles(plan.files), target: '/' }])
    .withExposedPorts(...plan.ports.map(({ inside, outside }) => ({ container: inside, host: outside })))
    .withNetworkMode(containers.network)
    .withAutoCleanup(containers.hasReaper)
    .withWaitStrategy(noWait)
    .start()
}

/**
 * Testcontainers looks at the environment once; tests that need an engine of their own must not see these. The engine
 * is on this machine: asked where, Testcontainers would look for a default bridge, which an engine of ours has not.
 */
async function shown(host: string): Promise<void> {
  const before = { ...process.env }
  process.env.DOCKER_HOST = host
  process.env.TESTCONTAINERS_HOST_OVERRIDE ??= '127.0.0.1'
  try {
    await getContainerRuntimeClient()
  } finally {
    for (const name of ['DOCKER_HOST', 'TESTCONTAINERS_HOST_OVERRIDE'])
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
  }
}

const reaperImage = (): string => process.env.RYUK_CONTAINER_IMAGE ?? 'testcontainers/ryuk:0.14.0'

/** Takes away what runs left that were killed before they could. */
async function sweep(docker: Docker): Promise<void> {
  for (const { Name } of await docker.listNetworks({ filters: { name: ['sahary-tests-'] } }))
    if (livePid(ownerOf(Name)) === undefined) await clear(docker, Name)
}

async function clear(docker: Docker, network: string): Promise<void> {
  for (const { Id } of await docker.listContainers({ all: true, filters: { network: [network] } }))
    await docker.getContainer(Id).remove({ force: true, v: true })
  await docker.getNetwork(network).remove()
}
