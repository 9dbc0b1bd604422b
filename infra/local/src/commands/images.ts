import { join } from 'node:path'
import { bringNodeImage, bringServerImage, imageVariable, serverNames } from '@sahary/docker/bring'
import { buildOn } from '@sahary/docker/build'
import { bringImage, silentMs } from '../platform/images.ts'
import { imaged, stageOf } from '../platform/stage.ts'
import { root } from '../root.ts'
import { dockerAt, findEngine } from '../stack/docker.ts'
import { run as build } from './build.ts'

/**
 * `images`: everything that docker-compose.yml asks of the engine. Says what to set where an image of ours stands for a
 * published one that cannot be had.
 */
export async function run(): Promise<number> {
  const engine = await findEngine(process.env)
  if (!engine) throw new Error('no engine answers: start one, or set DOCKER_HOST')
  await build()
  const settings = await makeImages(engine.host, process.env, line => console.log(line))
  for (const [name, reference] of Object.entries(settings)) console.log(`export ${name}=${reference}`)
  return 0
}

/** Brings and builds every image; gives the variables by which docker-compose.yml finds those that are not the published ones. */
export async function makeImages(
  host: string,
  env: NodeJS.ProcessEnv,
  tell: (line: string) => void,
): Promise<Record<string, string>> {
  const docker = dockerAt(host, silentMs)
  const options = { env, cacheDir: join(root, '.sahary/server-images'), tell }
  const node = await bringNodeImage(docker, options)
  for (const name of imaged) {
    await buildOn(docker, node.reference, { folder: stageOf(name), tag: `sahary/${name}` })
    tell(`sahary/${name} on ${node.reference}`)
  }
  await bringImage(host, 'tiny')
  const settings: Record<string, string> = {}
  for (const name of serverNames) {
    const { reference } = await bringServerImage(docker, name, options)
    tell(`${name}: ${reference}`)
    if (reference.startsWith('sahary/')) settings[imageVariable(name)] = reference
  }
  return settings
}
