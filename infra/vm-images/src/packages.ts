import { mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { execa } from 'execa'

const flags = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map(word => `--no-${word}`)
/** Read at run time by nothing that a small image runs. */
export const ballast = ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'usr/share/lintian', 'usr/share/bug']

/** Packages with everything they need, by name, from the machine's own apt sources. */
export async function closureOf(packages: readonly string[]): Promise<string[]> {
  const ask = () => execa('apt-cache', ['depends', '--recurse', ...flags, ...packages])
  // A machine whose lists were never fetched knows no package at all.
  const { stdout } = await ask().catch(async () => {
    await execa('apt-get', ['update'])
    return ask()
  })
  return [...new Set(stdout.split('\n').filter(line => /^[a-z0-9]/.test(line)))]
}

/** Downloads packages and unpacks them into `root`, running none of their scripts. */
export async function unpackPackages(packages: readonly string[], root: string, scratch: string): Promise<void> {
  await mkdir(scratch, { recursive: true })
  // The sandbox user of apt cannot write where root alone may.
  const download = () => execa('apt-get', ['-o', 'APT::Sandbox::User=root', 'download', ...packages], { cwd: scratch })
  await download().catch(async () => {
    await execa('apt-get', ['update'])
    await download()
  })
  const { stdout } = await execa('find', [scratch, '-name', '*.deb'])
  for (const archive of stdout.split('\n')) await execa('dpkg-deb', ['-x', archive, root])
}

/** Gives a root with BusyBox in it every command that BusyBox knows, but for those that `except` names. */
export async function linkBusyBox(root: string, except: RegExp): Promise<void> {
  const busybox = ['bin/busybox', 'usr/bin/busybox'].map(path => join(root, path))
  const script = `for b in "$@"; do [ -x "$b" ] && exec "$b" --list-full; done`
  const { stdout } = await execa('sh', ['-c', script, 'sh', ...busybox])
  await mkdir(join(root, 'bin'), { recursive: true })
  for (const path of stdout.split('\n').filter(path => !except.test(path))) {
    await mkdir(join(root, dirname(path)), { recursive: true })
    await symlink('/bin/busybox', join(root, path)).catch(() => undefined)
  }
}
