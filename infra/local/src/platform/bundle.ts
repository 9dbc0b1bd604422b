import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { build as Build, Plugin } from 'esbuild'
import { root } from '../root.ts'
import { type Bundled, folderOf } from './processes.ts'

/** Packages that bring their own binaries or files stay outside and are found from the service's folder. */
const external = ['@myriaddreamin/typst-ts-node-compiler', '@scalar/fastify-api-reference', 'pg-native', 'cpu-features']

/** CommonJS packages inside a module still call `require`, `__filename` and `__dirname`. */
const banner = `import { createRequire as __createRequire } from 'node:module'
import { fileURLToPath as __fileURLToPath } from 'node:url'
const require = __createRequire(import.meta.url)
const __filename = __fileURLToPath(import.meta.url)
const __dirname = __fileURLToPath(new URL('.', import.meta.url))`

/** Where a program's bundle is. */
export const bundleOf = (name: Bundled): string => join(folderOf(name), 'dist', 'main.js')

/** Bundles each program whose sources have changed; gives the names that were built. */
export async function bundleAll(names: readonly Bundled[], tell = (_: string) => {}): Promise<Bundled[]> {
  const stale = names.filter(name => !isCurrent(stampOf(name)))
  if (stale.length === 0) return []
  tell(`bundling ${stale.join(', ')} …`)
  // Loaded only when there is something to build, and ended after: its process keeps hundreds of megabytes.
  const esbuild = await import('esbuild')
  try {
    await Promise.all(stale.map(name => bundle(name, esbuild.build)))
  } finally {
    await esbuild.stop()
  }
  return stale
}

const stampOf = (name: Bundled): string => join(folderOf(name), 'dist', 'inputs.json')

/** One file for a program, and one for each of its worker threads. */
async function bundle(name: Bundled, build: typeof Build): Promise<void> {
  const folder = folderOf(name)
  const workers = globSync('src/**/{,*.,*-}{worker,thread}.ts', { cwd: folder })
  const { metafile, outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: Object.fromEntries(['src/main.ts', ...workers].map(entry => [outputOf(entry), entry])),
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    banner: { js: banner },
    external,
    metafile: true,
    write: false,
    plugins: [placeOfSource(folder, workers)],
    logLevel: 'error',
  })
  for (const { path, contents } of outputFiles) replace(path, contents)
  const inputs = Object.keys(metafile.inputs).map(path => relative(root, join(folder, path)))
  replace(stampOf(name), JSON.stringify({ inputs, digest: digestOf(inputs) }))
}

/** Another platform of this checkout may be starting from these very files. */
function replace(path: string, contents: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, contents)
  renameSync(draft, path)
}

/**
 * A source file finds its neighbours by `import.meta`; in the bundle that still means the source's own folder,
 * save for worker threads, which are bundles beside it.
 */
function placeOfSource(folder: string, workers: readonly string[]): Plugin {
  const dist = join(folder, 'dist')
  const neighbour = (from: string, path: string) => {
    const target = join(dirname(from), path)
    const worker = workers.find(entry => join(folder, entry) === target)
    return worker ? `./${outputOf(worker)}.js` : relative(dist, target)
  }
  return {
    name: 'place-of-source',
    setup: plan => {
      plan.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        if (path.includes('/node_modules/')) return undefined
        const text = readFileSync(path, 'utf8')
        if (!text.includes('import.meta.')) return undefined
        const contents = text
          .replaceAll('import.meta.dirname', `new URL(${JSON.stringify(relative(dist, dirname(path)))}, @url).pathname`)
          .replaceAll(
            /new URL\(\s*'(\.[^']*)',\s*import\.meta\.url\s*\)/g,
            (_, target: string) => `new URL(${JSON.stringify(neighbour(path, target))}, @url)`,
          )
          .replaceAll('import.meta.url', `new URL(${JSON.stringify(relative(dist, path))}, @url).href`)
          .replaceAll('@url', 'import.meta.url')
        return { contents, loader: 'ts' }
      })
    },
  }
}

/** Every bundle lies beside the others, so that a path from one of them is the same from all. */
const outputOf = (entry: string): string =>
  entry
    .replace(/^src\//, '')
    .replace(/\.ts$/, '')
    .replaceAll('/', '-')

function isCurrent(stamp: string): boolean {
  try {
    const { inputs, digest } = JSON.parse(readFileSync(stamp, 'utf8'))
    return digestOf(inputs) === digest
  } catch {
    return false
  }
}

/** Our own files by content; packages by the lockfile, which names their versions and checksums. */
function digestOf(inputs: readonly string[]): string {
  const hash = createHash('sha256').update(readFileSync(join(root, 'pnpm-lock.yaml')))
  hash.update(readFileSync(import.meta.filename))
  for (const path of inputs) {
    if (path.includes('node_modules/')) continue
    const file = join(root, path)
    hash.update(path).update(existsSync(file) ? readFileSync(file) : '')
  }
  return hash.digest('hex')
}
