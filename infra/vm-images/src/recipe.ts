import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The images this folder can build; a folder beside `src` for each. */
export const imageNames = ['tiny', 'debian-12'] as const
export type ImageName = (typeof imageNames)[number]

export const isImageName = (name: string): name is ImageName => (imageNames as readonly string[]).includes(name)

/** A file of ours that goes into an image: from this folder, to a place in its root, with its mode. */
export type Placed = { from: string; to: string; mode: number }

const home = join(import.meta.dirname, '..')

const everywhere: readonly Placed[] = [
  { from: 'boot/init', to: 'usr/sbin/sahary-init', mode: 0o755 },
  { from: 'boot/greeting', to: 'etc/sahary/greeting', mode: 0o755 },
  { from: 'boot/power', to: 'usr/local/sbin/poweroff', mode: 0o755 },
  { from: 'boot/power', to: 'usr/local/sbin/halt', mode: 0o755 },
  { from: 'boot/power', to: 'usr/local/sbin/reboot', mode: 0o755 },
]

/** What is laid over the packages of each image. */
export const placed: Record<ImageName, readonly Placed[]> = {
  tiny: [...everywhere, { from: 'tiny/ssh.sh', to: 'etc/sahary/ssh.sh', mode: 0o644 }],
  'debian-12': [
    ...everywhere,
    { from: 'debian-12/ssh.sh', to: 'etc/sahary/ssh.sh', mode: 0o644 },
    { from: 'debian-12/sshd.conf', to: 'etc/ssh/sshd_config.d/sahary.conf', mode: 0o644 },
  ],
}

/** The absolute path of a file of this folder. */
export const sourceOf = (file: Placed): string => join(home, file.from)

/**
 * What an image is made of, as one hash: our files, the code that assembles them and the processor.
 * An image that carries the same hash is the same image; packages are renewed by `--refresh`.
 */
export async function recipeHash(name: ImageName): Promise<string> {
  const hash = createHash('sha256').update(`${name} ${process.arch}\n`)
  for (const file of placed[name]) hash.update(`${file.to} ${file.mode}\n`).update(await readFile(sourceOf(file)))
  const code = (await readdir(import.meta.dirname)).filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  for (const file of code.sort()) hash.update(await readFile(join(import.meta.dirname, file)))
  return hash.digest('hex')
}
