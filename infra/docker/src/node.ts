import { chmod, copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { OwnImage } from './own.ts'
import { makeRoot, packRoot } from './root.ts'

/** Node on Debian: the very binary that npm brought and that runs this. */
export const nodeImage: OwnImage = {
  repo: 'sahary/node',
  madeOf: async () => process.version,
  pack: async (work, archive) => {
    const root = await makeRoot(work, ['libstdc++6'], { name: 'node', id: 1000 })
    const program = join(root, 'usr/local/bin/node')
    await copyFile(process.execPath, program)
    await chmod(program, 0o755)
    await mkdir(join(root, 'tmp'), { recursive: true })
    await chmod(join(root, 'tmp'), 0o1777)
    await packRoot(root, archive, { id: 0, folders: ['tmp'] })
  },
  changes: ['ENV PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'CMD ["node"]'],
}
