import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { finished, type Image, look } from './engine.ts'

/** An image made here, from Debian packages and from what npm brought, where none can be pulled. */
export type OwnImage = {
  /** Its repository; the tag is always `current`. */
  repo: string
  /** Names what it is made of, beside the code of this folder. */
  madeOf: () => Promise<string>
  /** Makes its root in the first folder and packs it into the archive. */
  pack: (work: string, archive: string) => Promise<void>
  /** What the engine is to note about it, as in a Dockerfile. */
  changes: readonly string[]
}

export type BringOptions = {
  env: NodeJS.ProcessEnv
  /** Folder that keeps packed images between engines. */
  cacheDir: string
  tell: (line: string) => void
}

const tag = 'current'

/** What an image is made of, as one hash: this folder's code, the processor, and what it says itself. */
async function recipeOf(own: OwnImage): Promise<string> {
  const hash = createHash('sha256').update(`${process.arch} ${own.repo} ${await own.madeOf()}`)
  for (const folder of [import.meta.dirname, join(import.meta.dirname, '../servers')])
    for (const name of (await readdir(folder)).sort()) hash.update(name).update(await readFile(join(folder, name)))
  return hash.digest('hex')
}

/** The engine's image, when it is what would be made now. */
export async function currentOwn(docker: Docker, own: OwnImage): Promise<Image | undefined> {
  const image = await look(docker, `${own.repo}:${tag}`)
  return image?.recipe === (await recipeOf(own)) ? image : undefined
}

let building: Promise<unknown> = Promise.resolve()

/** Makes the image unless the engine has it. One at a time: several servers ask for the same image at once. */
export function buildOwn(docker: Docker, own: OwnImage, options: BringOptions): Promise<Image> {
  const turn = building.then(async () => (await currentOwn(docker, own)) ?? (await importOwn(docker, own, options)))
  building = turn.catch(() => {})
  return turn
}

async function importOwn(docker: Docker, own: OwnImage, options: BringOptions): Promise<Image> {
  const recipe = await recipeOf(own)
  const archive = await packed(own, recipe, options)
  const changes = [...own.changes, `LABEL sahary.recipe=${recipe}`]
  await finished(docker, await docker.importImage(archive, { repo: own.repo, tag, changes }))
  return (await look(docker, `${own.repo}:${tag}`))!
}

async function packed(own: OwnImage, recipe: string, { cacheDir, tell }: BringOptions): Promise<string> {
  const name = own.repo.split('/').at(-1)!
  const archive = join(cacheDir, `${name}-${recipe.slice(0, 16)}.tar`)
  if (await exists(archive)) return archive
  tell(`no registry answers: making ${own.repo} from Debian packages …`)
  await mkdir(cacheDir, { recursive: true })
  const work = await mkdtemp(join(cacheDir, `${name}-work-`))
  try {
    await own.pack(work, `${archive}.${process.pid}`)
    // Archives of other recipes are of no more use.
    for (const old of (await readdir(cacheDir)).filter(file => new RegExp(`^${name}-[0-9a-f]+\\.tar$`).test(file)))
      await rm(join(cacheDir, old), { force: true })
    await rename(`${archive}.${process.pid}`, archive)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
  return archive
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
