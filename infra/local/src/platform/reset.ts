import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { removeFolder, standIn } from '../stack/account.ts'
import { isRoot } from '../stack/install.ts'
import { clearEngine } from '../stack/stack.ts'
import { openState } from '../stack/state.ts'
import { clearStores } from '../stack/way.ts'
import { holdFolder } from './lock.ts'

/** Kept over a reset: what was built from packages and what tests hold. */
const kept = ['vm-images', 'test']
/** Their folders may lie elsewhere, see `standIn`. */
const servers = ['postgres', 'nats', 'redis', 'mosquitto', 'docker']

/** Throws away everything a platform keeps: databases, messages, VMs, secrets. */
export async function reset(dir: string): Promise<void> {
  if (!existsSync(join(dir, 'state.json'))) return
  const release = await holdFolder(dir)
  const drawn = openState(dir)
  const engine = join(dir, 'docker')
  if (isRoot() && [engine, standIn(engine)].some(existsSync)) {
    await clearEngine({ dir, drawn, env: {}, tell: () => {} })
  }
  await clearStores(drawn.tag, process.env)
  release()
  for (const name of [...servers, ...readdirSync(dir)]) if (!kept.includes(name)) removeFolder(join(dir, name))
}
