import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { composeFiles } from '../platform/compose.ts'
import { root } from '../root.ts'
import { openState } from '../stack/state.ts'

/**
 * `secrets [folder]`: writes what docker-compose.yml reads from ./secrets. What is drawn is drawn once and kept beside
 * them, so that it may be repeated after an update.
 */
export async function run([folder = join(root, 'secrets')]: string[]): Promise<number> {
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o700)
  const { files, missing } = await composeFiles(openState(folder), process.env)
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
    // A server reads its configuration in its container, as somebody else; the folder is closed to others outside.
    chmodSync(join(folder, name), name.endsWith('.env') ? 0o600 : 0o644)
  }
  console.log(`wrote ${Object.keys(files).length} files to ${folder}`)
  if (missing.length > 0) console.log(`not known here, set them and run this again: ${missing.join(', ')}`)
  return 0
}
