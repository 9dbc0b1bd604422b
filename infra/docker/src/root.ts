import { createHash } from 'node:crypto'
import { chmod, copyFile, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ballast, closureOf, linkBusyBox, unpackPackages } from '@sahary/vm-images/packages'
import { execa } from 'execa'
import { postgresFiles } from './postgres.ts'

const wanted = ['busybox-static', 'nats-server', 'redis-server', 'mosquitto', 'libc-bin', 'libstdc++6', 'tzdata']
/** What packages ask for in order to be installed; nothing of it is needed to run. */
const forInstalling =
  /perl|debconf|libdebian|newt|slang|textwrap|^(adduser|passwd|dpkg|tar|install-info|usrmerge|usr-is-merged|lsb-base)$|^lib(pam|semanage|sepol|audit|gdbm|db5|elogind)|^(sysvinit|init-system)/

/** The account that every server runs as, and the folders it may write to: the same as in the published images. */
export const account = 999
const writable = ['settings', 'store', 'mosquitto/data', 'var/lib/postgresql', 'run', 'tmp']
const entry = join(import.meta.dirname, '../servers/entry')

/** What the image is made of, as one hash: code, entry, PostgreSQL's version and the processor. */
export async function recipeOf(): Promise<string> {
  const code = (await readdir(import.meta.dirname)).filter(name => name.endsWith('.ts')).sort()
  const files = [entry, ...code.map(name => join(import.meta.dirname, name))]
  const hash = createHash('sha256').update(
    `${process.arch} ${await readFile(join(postgresFiles(), '../package.json'))}`,
  )
  for (const file of files) hash.update(await readFile(file))
  return hash.digest('hex')
}

/** Makes a root with all four servers in `work`, from Debian packages and npm's PostgreSQL, and packs it into `archive`. */
export async function packServers(work: string, archive: string): Promise<void> {
  const root = join(work, 'root')
  await mkdir(root, { recursive: true, mode: 0o755 })
  const packages = (await closureOf(wanted)).filter(name => !forInstalling.test(name))
  await unpackPackages(packages, root, join(work, 'packages'))
  await linkBusyBox(root, /(^|\/)(busybox|linuxrc|init)$/)
  await cp(postgresFiles(), join(root, 'opt/postgres'), { recursive: true, verbatimSymlinks: true })
  for (const folder of ballast) await rm(join(root, folder), { recursive: true, force: true })
  await layOver(root)
  const owner = (id: number) => [`--owner=${id}`, `--group=${id}`, '--numeric-owner']
  const left = writable.flatMap(folder => ['--exclude', `./${folder}`])
  await execa('tar', ['-C', root, ...owner(0), ...left, '-cf', archive, '.'])
  await execa('tar', ['-C', root, ...owner(account), '-rf', archive, ...writable.map(folder => `./${folder}`)])
}

async function layOver(root: string): Promise<void> {
  for (const folder of [...writable, 'dev', 'proc', 'sys', 'root', 'usr/local/bin'])
    await mkdir(join(root, folder), { recursive: true, mode: 0o755 })
  await copyFile(entry, join(root, 'usr/local/bin/entry'))
  await chmod(join(root, 'usr/local/bin/entry'), 0o755)
  await writeFile(
    join(root, 'etc/passwd'),
    `root:*:0:0:root:/root:/bin/sh\nserver:*:${account}:${account}::/:/bin/false\n`,
  )
  await writeFile(join(root, 'etc/group'), `root:x:0:\nserver:x:${account}:\n`)
  await writeFile(join(root, 'etc/nsswitch.conf'), 'passwd: files\ngroup: files\nhosts: files dns\n')
  // Where the published image of the broker has it, whatever the processor.
  const { stdout } = await execa('find', [join(root, 'usr/lib'), '-name', 'mosquitto_dynamic_security.so'])
  await symlink(stdout.trim().slice(root.length), join(root, 'usr/lib/mosquitto_dynamic_security.so'))
}
