// The one file that must run on the Node of a fresh machine (20): brings the dependencies, Node 24 among them, and
// hands over to the launcher. `npm start`, `npm test` and all other root scripts come through here.
import { spawn, spawnSync } from 'node:child_process'
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

const flags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=2']
const child = spawn(node, [...flags, join(root, 'infra/local/src/main.ts'), ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  // One arena of malloc per core would cost memory that the launcher never uses.
  env: { MALLOC_ARENA_MAX: '2', ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}` },
})
// The terminal signals the whole group; a signal sent to this process alone is passed on. It ends when the launcher has.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
// A shell between npm and us may be killed without passing anything on: then nobody wants this any more.
if (process.env.npm_lifecycle_event) {
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500).unref()
}
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
