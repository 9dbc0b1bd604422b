import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../root.ts'

const run = promisify(execFile)
const file = 'services/portal/src/client/types.gen.ts'

/** Writes the portal's types of the API from `docs/generated/openapi.json`; gives the file when it has changed. */
export async function generatePortalClient(): Promise<string[]> {
  const before = text()
  const folder = join(root, 'services/portal')
  await run(join(folder, 'node_modules/.bin/openapi-ts'), [], { cwd: folder, maxBuffer: 16 * 1024 * 1024 })
  return text() === before ? [] : [file]
}

const text = (): string | undefined =>
  existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : undefined
