import { join } from 'node:path'
import { buildImage } from '@sahary/vm-images/build'
import { root } from '../root.ts'
import { dockerAt } from '../stack/docker.ts'

/** Built archives are kept for every platform of this checkout. */
const cache = join(root, '.sahary/vm-images')

/** An engine says nothing while it unpacks an image, and a disk may be slow. */
export const silentMs = 600_000

/** Makes sure that an engine has a VM image; builds it from Debian packages the first time. */
export async function bringImage(host: string, name: 'tiny' | 'debian-12'): Promise<void> {
  await buildImage(name, dockerAt(host, silentMs), cache)
}
