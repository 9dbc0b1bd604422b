import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { build as Build, Plugin } from 'esbuild'
import { root } from '../root.ts'
import { askedFileOf, type Bundled, entryOf, folderOf } from './processes.ts'
import { askedOf, schemaOf } from './settings.ts'

/** Packages that bring their own binaries or files stay outside and are found from the service's folder. */
const external = [
  '@myriaddreamin/typst-ts-node-compiler',
  '@scalar/fastify-api-reference',
  'cpu-features',
  'esbuild',
  'pg-native',
]

/** CommonJS packages inside a module still call `require`, `__filename` and `__dirname`. */
const banner = `import { createRequire as __createRequire } from 'node:module'
import { fileURLToPath as __fileURLToPath } from 'node:url'
const require = __createRequire(import.meta.url)
const __filename = __fileURLToPath(import.meta.url)
const __dirname = __fileURLToPath(new URL('.', import.meta.url))`

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

/** The files that a program's bundle was made of, by their paths from the root. */
export const inputsOf = (name: Bundled): string[] => JSON.parse(readFileSync(stampOf(name), 'utf8')).inputs

/** One file for a program, and one for each of its worker threads. */
async function bundle(name: Bundled, build: typeof Build): Promise<void> {
  const folder = folderOf(name)
  const workers = globSync('src/**/{,*.,*-}{worker,thread}.ts', { cwd: folder })
  const { metafile, outputFiles } = await build({
    absWorkingDir: folder,
    entryPoints: Object.fromEntries([entryOf(name), ...workers].map(entry => [outputOf(entry), entry])),
    outdir: 'dist',
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    // V8 keeps a program's text in memory. Names stay, for traces to be read.
    minifyWhitespace: true,
    minifySyntax: true,
    // What `inLatin` lengthens shifts the columns of its own line, and no others.
    lineLimit: 500,
    banner: { js: banner },
    external,
    metafile: true,
    write: false,
    plugins: [placeOfSource(folder, workers), unasked],
    logLevel: 'error',
  })
  for (const { path, text } of outputFiles) replace(path, path.endsWith('.js') ? inLatin(text) : text)
  replace(askedFileOf(name), JSON.stringify(askedOf(await schemaOf(name))))
  const inputs = Object.keys(metafile.inputs).map(path => relative(root, join(folder, path)))
  replace(stampOf(name), JSON.stringify({ inputs, digest: digestOf(inputs) }))
}

/** Another platform of this checkout may be starting from these very files. */
function replace(path: string, contents: string): void {
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
          .replaceAll('import.meta.filename', `new URL(${JSON.stringify(relative(dist, path))}, @url).pathname`)
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

const absent = "module.exports = () => { throw new Error('this is not in the bundle') }"

/**
 * What packages bring along and we never ask for, at a megabyte or more in each process: an engine over SSH, BuildKit's
 * sessions, descriptions as YAML, and zod's own texts in fifty languages (ours are in contracts).
 */
const never: readonly (readonly [RegExp, string])[] = [
  [/\/docker-modem\/lib\/ssh\.js$/, absent],
  [/\/dockerode\/lib\/session\.js$/, absent],
  [/\/yaml\/dist\/index\.js$/, absent],
  [/\/zod\/v4\/locales\/index\.js$/, "export { default as en } from './en.js'"],
]
const unasked: Plugin = {
  name: 'unasked',
  setup: plan => {
    for (const [filter, contents] of never) plan.onLoad({ filter }, () => ({ contents }))
  },
}

/**
 * The same program in letters of one byte, which is how V8 then keeps it: one letter beyond would make all of it twice
 * as large. The bundler sees to strings, but not to regular expressions.
 */
const inLatin = (text: string): string =>
  text.replaceAll(/\P{ASCII}/gu, letter => letter.split('').map(escaped).join(''))

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

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
