import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../root.ts'

const run = promisify(execFile)
const folder = join(root, 'services/portal')
const stamp = join(folder, 'dist', '.inputs')

/** Builds the portal's files with Vite unless they are up to date. */
export async function bundlePortal(tell = (_: string) => {}): Promise<'built' | 'kept' | 'absent'> {
  if (!existsSync(join(folder, 'vite.config.ts'))) return 'absent'
  const digest = digestOfSources()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return 'kept'
  tell('building the portal …')
  try {
    await run(join(folder, 'node_modules/.bin/vite'), ['build', '--logLevel', 'warn'], {
      cwd: folder,
      maxBuffer: 16 * 1024 * 1024,
    })
  } catch (error) {
    throw new Error(`the portal does not build:\n${(error as { stderr?: string }).stderr ?? error}`)
  }
  writeFileSync(stamp, digest)
  return 'built'
}

function digestOfSources(): string {
  const hash = createHash('sha256').update(readFileSync(join(root, 'pnpm-lock.yaml')))
  const files = globSync('{src,public,scripts}/**/*.*', { cwd: folder })
  const contracts = globSync('src/**/*.ts', { cwd: join(root, 'packages/contracts') })
  for (const file of ['index.html', 'vite.config.ts', 'package.json', ...files.sort()]) {
    if (existsSync(join(folder, file))) hash.update(file).update(readFileSync(join(folder, file)))
  }
  for (const file of contracts.sort()) hash.update(readFileSync(join(root, 'packages/contracts', file)))
  return hash.digest('hex')
}
