import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../root.ts'
import type { Put } from './generated.ts'

const run = promisify(execFile)

/** The portal's types of the API, from `docs/generated/openapi.json`. */
export async function generatePortalClient(put: Put): Promise<string[]> {
  const folder = join(root, 'services/portal')
  const output = mkdtempSync(join(tmpdir(), 'sahary-gen-'))
  try {
    const command = join(folder, 'node_modules/.bin/openapi-ts')
    await run(command, ['--output', output, '--no-log-file'], { cwd: folder, maxBuffer: 16 * 1024 * 1024 })
    return put('services/portal/src/client/types.gen.ts', readFileSync(join(output, 'types.gen.ts'), 'utf8'))
  } finally {
    rmSync(output, { recursive: true, force: true })
  }
}
