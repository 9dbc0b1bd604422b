import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

export const root = join(import.meta.dirname, '../..')

/** Every file of the tree that git tracks or would track, by its path from the root. */
export const files: readonly string[] = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 64 * 2 ** 20,
})
  .split('\n')
  .filter(path => path !== '' && existsSync(join(root, path)))

export const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const generated = /(tables\.ts|\.gen\.ts|\/client\/|\/generated\/|\.d\.ts$)/
/** Hand-written TypeScript. */
export const sources: readonly string[] = files.filter(path => /\.tsx?$/.test(path) && !generated.test(path))
export const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path) || /(^|\/)tests?\//.test(path)

/** One import of a file: what it says, and, for a relative one, the path from the root that it means. */
export type Import = { from: string; specifier: string; target: string | null; typeOnly: boolean }

const pattern =
  /^(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm

/** The imports of one source file, read as text. */
export function importsOf(path: string): Import[] {
  return [...read(path).matchAll(pattern)].map(match => {
    const specifier = match[2] ?? match[3] ?? ''
    const target = specifier.startsWith('.') ? normalize(join(dirname(path), specifier)) : null
    return { from: path, specifier, target, typeOnly: match[1] !== undefined }
  })
}

/** `services/metering/src/usage/store.ts` → service, slice and role. */
export function placeOf(path: string): { service: string; slice: string | null; role: string } | null {
  const match = /^services\/([a-z]+)\/src\/(?:(.+)\/)?([^/]+)\.tsx?$/.exec(path)
  return match ? { service: match[1]!, slice: match[2] ?? null, role: match[3]! } : null
}

/** Where something comes in from outside; a `worker` is the entry of a thread. */
export const edges = ['routes', 'consumers', 'jobs', 'worker']
export const roles = [...edges, 'actions', 'store']
/** Files that stand at the root of a service and are no slice. */
export const rootFiles = ['main', 'app', 'config', 'tables']
