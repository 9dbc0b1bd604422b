import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { removeFolder } from '../stack/account.ts'
import { isRoot } from '../stack/install.ts'
import { clearEngine } from '../stack/stack.ts'
import { openState } from '../stack/state.ts'
import { holdFolder } from './lock.ts'

const run = promisify(execFile)
/** Kept over a reset: what was built from packages and what tests hold. */
const kept = ['vm-images', 'test']

/** Throws away everything a platform keeps: databases, messages, VMs, secrets. */
export async function reset(dir: string): Promise<void> {
  if (!existsSync(join(dir, 'state.json'))) return
  const release = await holdFolder(dir)
  const drawn = openState(dir)
  if (existsSync(join(dir, 'docker')) && isRoot()) {
    await clearEngine({ dir, drawn, env: {}, tell: () => {} })
    await unmountBelow(join(dir, 'docker'))
    rmSync(join('/run/sahary', drawn.tag), { recursive: true, force: true })
  }
  release()
  for (const name of readdirSync(dir)) if (!kept.includes(name)) removeFolder(join(dir, name))
}

/** A stopped engine leaves its folder mounted upon itself. */
async function unmountBelow(dir: string): Promise<void> {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map(line => line.split(' ')[1] ?? '')
    .filter(path => path === dir || path.startsWith(`${dir}/`))
  for (const path of mounts.reverse()) await run('umount', ['-l', path]).catch(() => {})
}
