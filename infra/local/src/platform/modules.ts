import { cpSync, existsSync, readFileSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

type Manifest = { dependencies?: Record<string, string>; optionalDependencies?: Record<string, string> }
const manifestOf = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

/** The packages of others that a program depends on and that are not in its bundle: they bring binaries or files. */
export function outsideOf(folder: string, inputs: readonly string[]): string[] {
  const names = Object.keys(manifestOf(folder).dependencies ?? {}).filter(name => !name.startsWith('@sahary/'))
  return names.filter(name => !inputs.some(path => path.includes(`node_modules/${name}/`)))
}

/** Copies packages with all that they need, as installed for this processor, into `app/node_modules`. */
export function copyModules(from: string, names: readonly string[], app: string): void {
  const placed = new Map<string, string>()
  const copy = (name: string, asker: string, askerCopy: string): void => {
    const source = find(name, asker)
    if (!source) return
    const usual = join(app, 'node_modules', name)
    if (placed.get(usual) === source) return
    // Another version of it lies there already: this one goes to who asked for it.
    const target = placed.has(usual) ? join(askerCopy, 'node_modules', name) : usual
    placed.set(target, source)
    cpSync(source, target, { recursive: true, filter: path => path === source || basename(path) !== 'node_modules' })
    const { dependencies, optionalDependencies } = manifestOf(source)
    for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) copy(next, source, target)
  }
  for (const name of names) copy(name, from, app)
}

/** Where a package is that somebody in `folder` asks for; undefined for an optional one of another processor. */
function find(name: string, folder: string): string | undefined {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    const place = join(at, 'node_modules', name)
    if (existsSync(place)) return realpathSync(place)
  }
  return undefined
}
