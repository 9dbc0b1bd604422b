import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../root.ts'
import { findCommand } from './install.ts'

const run = promisify(execFile)
const tools = join(root, '.sahary/tools')
/** Debian 12 has kubectl 1.20, whose kustomize knows no patch by label; the one of this release runs there too. */
const release = 'trixie'

/** A kubectl that renders what `k8s/` says: this machine's, else Debian's, unpacked below `.sahary` and not installed. */
export async function kubectlPath(): Promise<string> {
  const found = findCommand('kubectl')
  if (found && (await isRecent(found))) return found
  const own = join(tools, 'kubectl')
  if (await isRecent(own)) return own
  await mkdir(tools, { recursive: true })
  const work = await mkdtemp(join(tools, 'kubectl-'))
  try {
    await unpack(work)
    await rename(join(work, 'usr/bin/kubectl'), own)
    return own
  } catch (error) {
    const why = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1) ?? (error as Error).message
    throw new Error(`a kubectl with kustomize 5 is missing and cannot be fetched (${why}): install one`)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

const isRecent = (command: string): Promise<boolean> =>
  run(command, ['version', '--client']).then(
    ({ stdout }) => /Kustomize Version: v[5-9]/.test(stdout),
    () => false,
  )

/** Downloads the package from the machine's own mirror with lists of its own: the machine's apt knows nothing of it. */
async function unpack(work: string): Promise<void> {
  const { stdout } = await run('apt-get', ['indextargets', '--format', '$(SITE)', 'Created-By: Packages'])
  const mirror = stdout.split('\n').find(line => /\/debian\/?$/.test(line.trim()))
  if (!mirror) throw new Error('this machine has no source of Debian packages')
  const sources = join(work, 'sources.list')
  const signer = '/usr/share/keyrings/debian-archive-keyring.gpg'
  await writeFile(sources, `deb [signed-by=${signer}] ${mirror.trim()} ${release} main\n`)
  for (const folder of ['lists/partial', 'cache/archives/partial']) await mkdir(join(work, folder), { recursive: true })
  const settings = {
    'Dir::Etc::SourceList': sources,
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::State::Lists': join(work, 'lists'),
    'Dir::Cache': join(work, 'cache'),
    'APT::Sandbox::User': 'root',
  }
  const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`])
  await run('apt-get', [...options, 'update'])
  await run('apt-get', [...options, 'download', `kubectl/${release}`], { cwd: work })
  const archive = (await readdir(work)).find(name => name.endsWith('.deb'))!
  await run('dpkg-deb', ['-x', join(work, archive), work])
}
