import { buffer } from 'node:stream/consumers'
import { extract, pack } from 'tar-stream'
import { bounded, type Engine, statusOf } from '../call.ts'

/** What goes into a VM before its first start. */
export type FirstFiles = { authorizedKeys: readonly string[]; userData: string | null }

const hostKeyPath = '/etc/sahary/ssh_host_key.pub'
/** A VM's owner may put anything there; a public key is a line. */
const mostHostKeyBytes = 16_384

/** Puts the owner's keys and user data into a container that has not run yet; putting them twice changes nothing. */
export async function putFirstFiles(engine: Engine, name: string, files: FirstFiles): Promise<void> {
  const archive = pack()
  const owner = { uid: 0, gid: 0, mtime: new Date(0) }
  archive.entry({ ...owner, name: 'root/.ssh', type: 'directory', mode: 0o700 })
  archive.entry(
    { ...owner, name: 'root/.ssh/authorized_keys', mode: 0o600 },
    files.authorizedKeys.map(key => `${key}\n`).join(''),
  )
  if (files.userData !== null) archive.entry({ ...owner, name: 'etc/sahary/user-data', mode: 0o600 }, files.userData)
  archive.finalize()
  const bytes = await buffer(archive)
  await bounded(engine, abortSignal => engine.docker.getContainer(name).putArchive(bytes, { path: '/', abortSignal }))
}

/** The public SSH host key that the VM made at its first boot, one line; null while there is none. */
export async function readHostKey(engine: Engine, name: string): Promise<string | null> {
  const read = async (abortSignal: AbortSignal): Promise<string | null> => {
    const stream = await engine.docker.getContainer(name).getArchive({ path: hostKeyPath, abortSignal })
    for await (const entry of stream.pipe(extract())) {
      const isLine = entry.header.type === 'file' && (entry.header.size ?? 0) <= mostHostKeyBytes
      return isLine ? (await buffer(entry)).toString('utf8').trim() || null : null
    }
    return null
  }
  try {
    return await bounded(engine, read)
  } catch (fault) {
    if (statusOf(fault) === 404) return null
    throw fault
  }
}
