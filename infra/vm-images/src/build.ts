import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { type ImageName, recipeHash } from './recipe.ts'
import { packRoot } from './rootfs.ts'

/** The name under which servers are made from an image. */
export const referenceOf = (name: ImageName): string => `sahary/${name}:current`

export type Built = { reference: string; recipe: string; built: boolean }

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** Packs the image's root into the cache unless it is there, and gives the archive's path. */
async function cachedArchive(name: ImageName, recipe: string, cacheDir: string): Promise<string> {
  const archive = join(cacheDir, `${name}-${recipe.slice(0, 16)}.tar`)
  if (await exists(archive)) return archive
  await mkdir(cacheDir, { recursive: true })
  const work = await mkdtemp(join(cacheDir, `${name}-work-`))
  try {
    await packRoot(name, work, `${archive}.new`)
    await rename(`${archive}.new`, archive)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return archive
}

async function importArchive(docker: Docker, archive: string, name: ImageName, recipe: string): Promise<void> {
  const changes = ['CMD ["/usr/sbin/sahary-init"]', 'EXPOSE 22', `LABEL sahary.recipe=${recipe}`]
  const answer = await docker.importImage(archive, { repo: `sahary/${name}`, tag: 'current', changes })
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(answer, (error: Error | null) => (error ? reject(error) : resolve()))
  })
}

/**
 * Makes sure that `docker` has image `name`, from the cache in `cacheDir` or from Debian packages.
 * Does nothing when the engine's image carries the present recipe; `refresh` takes new packages anyway.
 */
export async function buildImage(
  name: ImageName,
  docker: Docker,
  cacheDir: string,
  { refresh = false }: { refresh?: boolean } = {},
): Promise<Built> {
  const reference = referenceOf(name)
  const recipe = await recipeHash(name)
  const present = await docker
    .getImage(reference)
    .inspect()
    .catch((fault: { statusCode?: number }) => {
      if (fault.statusCode === 404) return null
      throw fault
    })
  if (!refresh && present?.Config.Labels?.['sahary.recipe'] === recipe) return { reference, recipe, built: false }
  if (refresh) await rm(join(cacheDir, `${name}-${recipe.slice(0, 16)}.tar`), { force: true })
  const archive = await cachedArchive(name, recipe, cacheDir)
  await importArchive(docker, archive, name, recipe)
  return { reference, recipe, built: true }
}
