import { chmod, copyFile, cp, mkdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import type { OwnImage } from './own.ts'
import { postgresFiles } from './postgres.ts'
import { makeRoot, packRoot } from './root.ts'

/** The account that every server runs as, and the folders it may write to: the same as in the published images. */
export const account = 999
const writable = ['settings', 'store', 'mosquitto/data', 'var/lib/postgresql', 'run', 'tmp']
/** Programs of our own beside the servers'. */
const programs = ['entry', 'pg_isready']

/** One image with all four servers, from Debian packages and npm's PostgreSQL. */
export const serversImage: OwnImage = {
  repo: 'sahary/servers',
  madeOf: () => readFile(join(postgresFiles(), '../package.json'), 'utf8'),
  pack: async (work, archive) => {
    const packages = ['nats-server', 'redis-server', 'mosquitto', 'libc-bin', 'libstdc++6', 'tzdata']
    const root = await makeRoot(work, packages, { name: 'server', id: account })
    await cp(postgresFiles(), join(root, 'opt/postgres'), { recursive: true, verbatimSymlinks: true })
    for (const folder of writable) await mkdir(join(root, folder), { recursive: true, mode: 0o755 })
    for (const program of programs) {
      const place = join(root, 'usr/local/bin', program)
      await copyFile(join(import.meta.dirname, '../servers', program), place)
      await chmod(place, 0o755)
    }
    // Where the published image of the broker has it, whatever the processor.
    const { stdout } = await execa('find', [join(root, 'usr/lib'), '-name', 'mosquitto_dynamic_security.so'])
    await symlink(stdout.trim().slice(root.length), join(root, 'usr/lib/mosquitto_dynamic_security.so'))
    await packRoot(root, archive, { id: account, folders: writable })
  },
  changes: [
    'ENTRYPOINT ["/usr/local/bin/entry"]',
    'ENV PATH=/opt/postgres/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'ENV PGDATA=/var/lib/postgresql/18/docker',
    `USER ${account}:${account}`,
  ],
}
