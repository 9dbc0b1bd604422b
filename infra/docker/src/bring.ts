import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { account, packServers, recipeOf } from './root.ts'

/** A server of the stack that can run as a container. */
export type ServerName = 'postgres' | 'nats' | 'redis' | 'mosquitto'

/** The image of each server and the variable that names another one, for sites that have their own. */
const published: Record<ServerName, { variable: string; reference: string }> = {
  postgres: { variable: 'POSTGRES_IMAGE', reference: 'postgres:18' },
  nats: { variable: 'NATS_IMAGE', reference: 'nats:2.12-alpine' },
  redis: { variable: 'REDIS_IMAGE', reference: 'redis:7-alpine' },
  mosquitto: { variable: 'MOSQUITTO_IMAGE', reference: 'eclipse-mosquitto:2' },
}

/** One image with all servers, made here from Debian packages when none can be pulled. */
const own = 'sahary/servers:current'
/** A registry that has not begun to answer by then is not there. */
const registryMs = 20_000

/** An image that the engine has; `variables` are those it sets for its processes. */
export type ServerImage = { reference: string; variables: Record<string, string> }

export type BringOptions = {
  env: NodeJS.ProcessEnv
  /** Folder that keeps the packed image between engines. */
  cacheDir: string
  tell: (line: string) => void
}

/**
 * Makes sure that the engine has an image for a server: the one that the environment names, else the published one,
 * else one of our own from Debian packages. Throws when the named one is neither there nor to be pulled.
 */
export async function bringServerImage(
  docker: Docker,
  server: ServerName,
  options: BringOptions,
): Promise<ServerImage> {
  const { variable, reference } = published[server]
  const asked = options.env[variable]
  const wanted = asked ?? reference
  const present = (await look(docker, wanted)) ?? (asked ? undefined : await currentOwn(docker))
  if (present) return present
  const pulled = await pull(docker, wanted, options.tell)
  if (pulled) return pulled
  if (asked) throw new Error(`${variable} names ${asked}, which the engine neither has nor can pull`)
  return buildOwn(docker, options)
}

/** True when the engine has the image or can get it from a registry. */
export const canHave = async (docker: Docker, reference: string, tell: (line: string) => void): Promise<boolean> =>
  ((await look(docker, reference)) ?? (await pull(docker, reference, tell))) !== undefined

async function look(
  docker: Docker,
  reference: string,
): Promise<(ServerImage & { recipe: string | undefined }) | undefined> {
  try {
    const { Config } = await docker.getImage(reference).inspect()
    const variables = (Config.Env ?? []).map(line => [
      line.slice(0, line.indexOf('=')),
      line.slice(line.indexOf('=') + 1),
    ])
    return { reference, variables: Object.fromEntries(variables), recipe: Config.Labels?.['sahary.recipe'] }
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined
    throw error
  }
}

async function currentOwn(docker: Docker): Promise<ServerImage | undefined> {
  const image = await look(docker, own)
  return image?.recipe === (await recipeOf()) ? image : undefined
}

async function pull(docker: Docker, reference: string, tell: (line: string) => void): Promise<ServerImage | undefined> {
  // Bounds the wait for the first word only: a slow registry may take its time.
  const patience = new AbortController()
  const timer = setTimeout(() => patience.abort(), registryMs)
  try {
    const progress = await docker.pull(reference, { abortSignal: patience.signal })
    clearTimeout(timer)
    tell(`pulling ${reference} …`)
    await finished(docker, progress)
    return await look(docker, reference)
  } catch {
    return undefined
  } finally {
    clearTimeout(timer)
  }
}

const finished = (docker: Docker, stream: NodeJS.ReadableStream): Promise<void> =>
  new Promise((resolve, reject) => {
    docker.modem.followProgress(stream, (error: Error | null) => (error ? reject(error) : resolve()))
  })

let building: Promise<unknown> = Promise.resolve()

/** One build at a time: several servers ask for the same image at once. */
function buildOwn(docker: Docker, options: BringOptions): Promise<ServerImage> {
  const turn = building.then(async () => (await currentOwn(docker)) ?? (await importOwn(docker, options)))
  building = turn.catch(() => {})
  return turn
}

async function importOwn(docker: Docker, { cacheDir, tell }: BringOptions): Promise<ServerImage> {
  const recipe = await recipeOf()
  const archive = join(cacheDir, `servers-${recipe.slice(0, 16)}.tar`)
  if (!(await exists(archive))) {
    tell('no registry answers: building an image of the servers from Debian packages …')
    await mkdir(cacheDir, { recursive: true })
    const work = await mkdtemp(join(cacheDir, 'servers-work-'))
    try {
      await packServers(work, `${archive}.${process.pid}`)
      // Archives of other recipes are of no more use.
      for (const old of (await readdir(cacheDir)).filter(name => /^servers-\w+\.tar$/.test(name)))
        await rm(join(cacheDir, old), { force: true })
      await rename(`${archive}.${process.pid}`, archive)
    } finally {
      await rm(work, { recursive: true, force: true })
    }
  }
  const changes = [
    'ENTRYPOINT ["/usr/local/bin/entry"]',
    'ENV PATH=/opt/postgres/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'ENV PGDATA=/var/lib/postgresql/18/docker',
    `USER ${account}:${account}`,
    `LABEL sahary.recipe=${recipe}`,
  ]
  const [repo, tag] = own.split(':') as [string, string]
  await finished(docker, await docker.importImage(archive, { repo, tag, changes }))
  return (await look(docker, own))!
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
