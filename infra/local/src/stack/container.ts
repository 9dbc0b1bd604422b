import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import type { ServerImage, ServerName } from '@sahary/docker/bring'
import { account } from '@sahary/docker/servers'
import type Docker from 'dockerode'
import { pack } from 'tar-stream'
import { until } from './pid.ts'
import type { Server } from './server.ts'

/** A server as a container: what is put in, which of its ports are open on loopback, and how to tell that it serves. */
export type ContainerPlan = {
  server: ServerName
  command: readonly string[]
  env?: Record<string, string>
  /** Files put in before the start; one that the server itself changes is `first`: put in when it is not there. */
  files: readonly { path: string; text: string; first?: boolean }[]
  ports: readonly { inside: number; outside: number }[]
  /** Folder that outlives the container. */
  store?: string
  ready: () => Promise<boolean>
  readyWithinMs?: number
  stopSignal?: NodeJS.Signals
  stopWithinMs?: number
}

/** Where a plan is carried out: an engine, the image, and a name for the container, its store and its network. */
export type ContainerPlace = { docker: Docker; image: ServerImage; name: string; network: string }

/** A server that has not answered by then is asked again. */
const longestAnswerMs = 5_000
const lookEveryMs = 1_000

/** Makes the container anew, with the store that an earlier one of that name left, and waits until it serves. */
export async function startContainer(place: ContainerPlace, plan: ContainerPlan): Promise<Server> {
  await removeContainer(place)
  const network = await ensureNetwork(place.docker, place.network)
  const container = await place.docker.createContainer({
    name: place.name,
    Image: place.image.reference,
    Cmd: [...plan.command],
    Env: Object.entries(plan.env ?? {}).map(([key, value]) => `${key}=${value}`),
    ExposedPorts: Object.fromEntries(plan.ports.map(({ inside }) => [`${inside}/tcp`, {}])),
    HostConfig: {
      NetworkMode: network,
      RestartPolicy: { Name: 'no' },
      // What published images need to hand themselves over to their own account, and nothing else.
      CapDrop: ['ALL'],
      CapAdd: ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETUID', 'SETGID'],
      SecurityOpt: ['no-new-privileges'],
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '2' } },
      PortBindings: Object.fromEntries(
        plan.ports.map(({ inside, outside }) => [
          `${inside}/tcp`,
          [{ HostIp: '127.0.0.1', HostPort: String(outside) }],
        ]),
      ),
      ...(plan.store && { Mounts: [{ Type: 'volume', Source: place.name, Target: plan.store }] }),
    },
  })
  await putFiles(container, plan.files)
  await container.start()
  return serverIn(container, plan)
}

/** Handles to a container that has been started, once it serves; the same as to a process. */
export async function serverIn(container: Docker.Container, plan: ContainerPlan): Promise<Server> {
  let alive = true
  const gone = ended(container).then(() => {
    alive = false
    return undefined
  })
  let serves = false
  await until(
    async () => {
      const asked = plan.ready().catch(() => false)
      serves = alive && (await Promise.race([asked, pause(longestAnswerMs, false, { ref: false })]))
      return serves || !alive
    },
    plan.readyWithinMs ?? 60_000,
    50,
  )
  const stop = () => stopContainer(container, plan, gone)
  const { State } = await container.inspect()
  const signal = (name: NodeJS.Signals) => signalTo(container, name)
  if (serves) return { name: plan.server, pid: State.Pid, stop, signal, gone }
  const said = await container.logs({ stdout: true, stderr: true, tail: 15 }).catch(() => '')
  if (alive) await stop()
  throw new Error(`${plan.server} in a container ${alive ? 'did not answer in time' : 'ended'}:\n${said}`)
}

/** Takes the container away, whatever it does; its store stays. */
export async function removeContainer({ docker, name }: Pick<ContainerPlace, 'docker' | 'name'>): Promise<void> {
  await docker.getContainer(name).remove({ force: true }).catch(unlessMissing)
}

/** Takes the store of that name away. */
export async function removeStore({ docker, name }: Pick<ContainerPlace, 'docker' | 'name'>): Promise<void> {
  await docker.getVolume(name).remove().catch(unlessMissing)
}

async function stopContainer(container: Docker.Container, plan: ContainerPlan, gone: Promise<unknown>): Promise<void> {
  // A frozen container cannot act on a signal, and the engine refuses to send it one.
  await container.unpause().catch(() => {})
  await container.kill({ signal: plan.stopSignal ?? 'SIGTERM' }).catch(() => {})
  const inTime = await Promise.race([gone.then(() => true), pause(plan.stopWithinMs ?? 10_000, false, { ref: false })])
  if (!inTime) await container.kill().catch(() => {})
  await gone
}

async function signalTo(container: Docker.Container, signal: NodeJS.Signals): Promise<void> {
  if (signal === 'SIGSTOP') await container.pause()
  else if (signal === 'SIGCONT') await container.unpause()
  else await container.kill({ signal })
}

/** Resolves when the container has ended, as the engine tells, or as it is seen where the engine's word was lost. */
async function ended(container: Docker.Container): Promise<void> {
  const told = container.wait().catch(() => new Promise(() => {}))
  await Promise.race([told, seen(container)])
}

/** An engine that is away for a moment says nothing about its containers. */
async function seen(container: Docker.Container): Promise<void> {
  for (;;) {
    await pause(lookEveryMs, undefined, { ref: false })
    const running = await container.inspect().then(
      ({ State }) => State.Running,
      (error: { statusCode?: number }) => error.statusCode !== 404,
    )
    if (!running) return
  }
}

async function putFiles(container: Docker.Container, files: ContainerPlan['files']): Promise<void> {
  const missing = await Promise.all(files.map(async ({ path, first }) => !(first && (await holds(container, path)))))
  const wanted = files.filter((_, index) => missing[index])
  await container.putArchive(await buffer(packFiles(wanted)), { path: '/' })
}

/** Files as an archive to be unpacked at a container's root. */
export function packFiles(files: ContainerPlan['files']): Readable {
  const archive = pack()
  for (const { path, text, first } of files) {
    // What the server changes must be its own: our image has that account, and the published ones hand it over.
    const owned = first ? { mode: 0o600, uid: account, gid: account } : { mode: 0o644 }
    archive.entry({ name: path.slice(1), ...owned }, text)
  }
  archive.finalize()
  return Readable.from(archive)
}

const holds = (container: Docker.Container, path: string): Promise<boolean> =>
  container
    .infoArchive({ path })
    .then(() => true)
    .catch(error => unlessMissing(error, false))

let making: Promise<unknown> = Promise.resolve()

/**
 * The id of the network of that name: an engine of ours has no default bridge. One is made at a time, because an engine
 * makes two of one name when it is asked twice at once.
 */
function ensureNetwork(docker: Docker, name: string): Promise<string> {
  const turn = making.then(async () => {
    const [found] = await networksOf(docker, name)
    return found ?? (await docker.createNetwork({ Name: name })).id
  })
  making = turn.catch(() => {})
  return turn
}

/** Ids of the networks of exactly that name. */
export async function networksOf(docker: Docker, name: string): Promise<string[]> {
  const alike = await docker.listNetworks({ filters: { name: [name] } })
  return alike.filter(({ Name }) => Name === name).map(({ Id }) => Id)
}

function unlessMissing<T>(error: { statusCode?: number }, answer?: T): T {
  if (error.statusCode === 404) return answer as T
  throw error
}
