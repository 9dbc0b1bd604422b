import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ballast, closureOf, linkBusyBox, unpackPackages } from '@sahary/vm-images/packages'
import { execa } from 'execa'

/** What packages ask for in order to be installed; nothing of it is needed to run. */
const forInstalling =
  /perl|debconf|libdebian|newt|slang|textwrap|^(adduser|passwd|dpkg|tar|install-info|usrmerge|usr-is-merged|lsb-base)$|^lib(pam|semanage|sepol|audit|gdbm|db5|elogind)|^(sysvinit|init-system)/

/** The account of a root's processes beside root itself. */
export type Account = { name: string; id: number }

/** Makes a root in `work` with Debian packages, BusyBox's commands and one account, and gives its folder. */
export async function makeRoot(work: string, packages: readonly string[], { name, id }: Account): Promise<string> {
  const root = join(work, 'root')
  await mkdir(root, { recursive: true, mode: 0o755 })
  const needed = (await closureOf(['busybox-static', ...packages])).filter(one => !forInstalling.test(one))
  await unpackPackages(needed, root, join(work, 'packages'))
  await linkBusyBox(root, /(^|\/)(busybox|linuxrc|init)$/)
  for (const folder of ballast) await rm(join(root, folder), { recursive: true, force: true })
  for (const folder of ['dev', 'proc', 'sys', 'root', 'usr/local/bin'])
    await mkdir(join(root, folder), { recursive: true, mode: 0o755 })
  await writeFile(join(root, 'etc/passwd'), `root:*:0:0:root:/root:/bin/sh\n${name}:*:${id}:${id}::/:/bin/false\n`)
  await writeFile(join(root, 'etc/group'), `root:x:0:\n${name}:x:${id}:\n`)
  await writeFile(join(root, 'etc/nsswitch.conf'), 'passwd: files\ngroup: files\nhosts: files dns\n')
  return root
}

/** Packs a root into an archive: everything is root's, save the folders that belong to `id`. */
export async function packRoot(root: string, archive: string, { id, folders }: { id: number; folders: string[] }) {
  const owner = (id: number) => [`--owner=${id}`, `--group=${id}`, '--numeric-owner']
  const left = folders.flatMap(folder => ['--exclude', `./${folder}`])
  await execa('tar', ['-C', root, ...owner(0), ...left, '-cf', archive, '.'])
  await execa('tar', ['-C', root, ...owner(id), '-rf', archive, ...folders.map(folder => `./${folder}`)])
}
