import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { removeFolder } from '../stack/account.ts'
import { isRoot } from '../stack/install.ts'
import { clearEngine } from '../stack/stack.ts'
import { openState } from '../stack/state.ts'
import { holdFolder } from './lock.ts'

/** Kept over a reset: what was built from packages and what tests hold. */
const kept = ['vm-images', 'test']

/** Throws away everything a platform keeps: databases, messages, VMs, secrets. */
export async function reset(dir: string): Promise<void> {
  if (!existsSync(join(dir, 'state.json'))) return
  const release = await holdFolder(dir)
  const drawn = openState(dir)
  if (existsSync(join(dir, 'docker')) && isRoot()) {
    await clearEngine({ dir, drawn, env: {}, tell: () => {} })
    rmSync(join('/run/sahary', drawn.tag), { recursive: true, force: true })
  }
  release()
  for (const name of readdirSync(dir)) if (!kept.includes(name)) removeFolder(join(dir, name))
}
