import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { ballast, closureOf, linkBusyBox, unpackPackages } from './packages.ts'
import { type ImageName, placed, sourceOf } from './recipe.ts'

/** BusyBox, Dropbear with SFTP, and the libraries that they need: about 18 MB, ready in a blink. */
async function tinyRoot(root: string, scratch: string): Promise<void> {
  const packages = await closureOf(['busybox-static', 'dropbear-bin'])
  // It runs with the C library alone, though its package asks for the whole client.
  await unpackPackages([...packages, 'openssh-sftp-server'], root, scratch)
  // Power words are ours: BusyBox's own would ask a process 1 that is not BusyBox.
  await linkBusyBox(root, /(^|\/)(poweroff|halt|reboot|init|linuxrc|busybox)$/)
  for (const folder of ['dev', 'proc', 'sys', 'run', 'tmp', 'root', 'var/log', 'var/lib/sahary', 'etc'])
    await mkdir(join(root, folder), { recursive: true })
  await writeFile(join(root, 'etc/passwd'), 'root:*:0:0:root:/root:/bin/sh\nnobody:*:65534:65534:nobody:/:/bin/false\n')
  await writeFile(join(root, 'etc/group'), 'root:x:0:\ntty:x:5:\nnogroup:x:65534:\n')
  await writeFile(join(root, 'etc/shells'), '/bin/sh\n')
  await writeFile(join(root, 'etc/nsswitch.conf'), 'passwd: files\ngroup: files\nhosts: files dns\n')
}

/** A plain Debian 12 with OpenSSH, by debootstrap from the machine's own source of packages. */
async function debianRoot(root: string, scratch: string): Promise<void> {
  const include = 'openssh-server,iproute2,ca-certificates,procps,less,nano,curl'
  const { stdout } = await execa('apt-get', ['indextargets', '--format', '$(SITE)', 'Created-By: Packages'])
  const sites = stdout.split('\n').map(site => site.trim())
  const mirror = sites.find(site => /\/debian\/?$/.test(site))
  if (!mirror) throw new Error('this machine has no source of Debian packages to build debian-12 from')
  // A tool of this build alone, so that nothing is installed on the machine.
  const tool = join(scratch, 'tool')
  await unpackPackages(['debootstrap'], tool, scratch)
  await execa(
    join(tool, 'usr/sbin/debootstrap'),
    ['--variant=minbase', `--include=${include}`, 'bookworm', root, mirror],
    {
      env: { DEBOOTSTRAP_DIR: join(tool, 'usr/share/debootstrap') },
    },
  )
  const { stdout: baked } = await execa('find', [join(root, 'etc/ssh'), '-name', 'ssh_host_*'])
  for (const key of baked.split('\n').filter(path => path !== '')) await rm(key)
  await execa('chroot', [root, 'apt-get', 'clean'])
  await execa('sh', ['-c', 'rm -rf "$1"/var/lib/apt/lists/* "$1"/etc/machine-id "$1"/etc/hostname', 'sh', root])
}

/** Lays our own files over the packages. */
async function layOver(name: ImageName, root: string): Promise<void> {
  for (const file of placed[name]) {
    const target = join(root, file.to)
    await mkdir(dirname(target), { recursive: true })
    await rm(target, { force: true })
    await copyFile(sourceOf(file), target)
    await chmod(target, file.mode)
  }
}

/** Makes the root of image `name` in `work` and packs it into `archive`, everything owned by root. */
export async function packRoot(name: ImageName, work: string, archive: string): Promise<void> {
  const root = join(work, 'root')
  await mkdir(root, { recursive: true, mode: 0o755 })
  if (name === 'tiny') await tinyRoot(root, join(work, 'packages'))
  else await debianRoot(root, join(work, 'packages'))
  for (const folder of ballast) await rm(join(root, folder), { recursive: true, force: true })
  await layOver(name, root)
  await execa('tar', [
    '-C',
    root,
    ...(name === 'tiny' ? ['--owner=0', '--group=0'] : []),
    '--numeric-owner',
    '--exclude=./dev/*',
    '-cf',
    archive,
    '.',
  ])
}
