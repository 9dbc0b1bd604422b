// The one file that must run on the Node of a fresh machine (20): brings the dependencies, Node 24 among them.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const stamp = join(root, 'node_modules', '.sahary-installed')
const node = join(root, 'node_modules', '.bin', 'node')

const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Everything that decides what is installed. */
function manifests() {
  const folders = ['packages', 'services', 'infra'].flatMap(parent =>
    readdirSync(join(root, parent), { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(entry => join(parent, entry.name)),
  )
  return [
    'package.json',
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    ...[...folders, 'tests'].map(folder => join(folder, 'package.json')),
  ]
    .map(path => join(root, path))
    .filter(existsSync)
    .sort()
}

function wanted() {
  const hash = createHash('sha256')
  for (const path of manifests()) hash.update(path.slice(root.length)).update(readFileSync(path))
  return hash.digest('hex')
}

const hash = wanted()
const isInstalled = existsSync(node) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash
if (!isInstalled) {
  // npm answers its own "install this package?" with no when nobody is there to ask.
  const args = ['--yes', packageManager, 'install', '--frozen-lockfile']
  const { status } = spawnSync('npx', args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, CI: 'true' },
  })
  if (status !== 0) process.exit(status ?? 1)
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, hash)
}
