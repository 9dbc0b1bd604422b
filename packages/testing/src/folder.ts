import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { removeFolder } from '@sahary/local/stack/account'
import { endNoted, livePid, notePid } from '@sahary/local/stack/pid'

const root = resolve(import.meta.dirname, '../../../.sahary/test')

/** A fresh folder for one server of this process, with the process noted as its owner. */
export function ownFolder(name: string): string {
  const dir = join(root, 'runs', `${name}-${randomBytes(6).toString('hex')}`)
  mkdirSync(dir, { recursive: true })
  notePid(join(dir, 'owner.pid'), process.pid)
  return dir
}

/** Ends servers and removes folders whose test process is gone (it was killed before it could). */
export async function sweep(): Promise<void> {
  const runs = join(root, 'runs')
  if (!existsSync(runs)) return
  for (const name of readdirSync(runs)) {
    const dir = join(runs, name)
    const owner = join(dir, 'owner.pid')
    if (!existsSync(owner) || livePid(owner) !== undefined) continue
    await endNoted(join(dir, 'server.pid'), 'SIGTERM', 3_000)
    removeFolder(join(dir, 'data'))
    removeFolder(dir)
  }
}
