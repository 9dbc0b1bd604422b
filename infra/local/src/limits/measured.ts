import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { TraceMap } from '@jridgewell/trace-mapping'
import { type CoverageMap, createCoverageMap } from '@vitest/istanbul-lib-coverage'
import { root } from '../root.ts'
import { addExecuted, type CountedFunction, isExecuted, type Script } from './executed.ts'
import type { Measured } from './limits.ts'

const home = join(root, '.sahary/test/coverage')
const dist = join(root, 'services/portal/dist')

/** The tiers whose own process executes the services. */
export type MeasuredTier = 'unit' | 'service'

/** Where a tier leaves what it executed; the browser tier, what Chromium executed of the portal. */
export const folderOf = (tier: MeasuredTier | 'browser'): string => join(home, tier)

/** What Chromium tells of one script of the portal. */
export type BrowserScript = { url: string; functions: CountedFunction[] }

/** The sources of all services with how often any tier executed each line. Throws when a tier has not measured. */
export function measured(): Measured[] {
  const map = createCoverageMap()
  for (const tier of ['unit', 'service'] as const) {
    const file = join(folderOf(tier), 'coverage-final.json')
    if (!existsSync(file)) throw new Error(`the ${tier} tier has not said what it executed: ${file} is missing`)
    map.merge(JSON.parse(readFileSync(file, 'utf8')))
  }
  addBrowser(map)
  return map.files().map(path => ({ path: relative(root, path), lines: map.fileCoverageFor(path).getLineCoverage() }))
}

/** Counts the portal's statements that Chromium reached through the bundle as executed too. */
function addBrowser(map: CoverageMap): void {
  const bundle = new Map<string, Script | undefined>()
  const executed = new Map<string, Set<number>>()
  for (const file of globSync(join(folderOf('browser'), '*.json'))) {
    const scripts: BrowserScript[] = JSON.parse(readFileSync(file, 'utf8'))
    for (const { url, functions } of scripts) {
      if (!bundle.has(url)) bundle.set(url, scriptAt(url))
      const script = bundle.get(url)
      if (script) addExecuted(executed, script, functions)
    }
  }
  for (const path of map.files()) {
    const places = executed.get(path)
    if (!places) continue
    const { statementMap, s } = map.fileCoverageFor(path)
    for (const [id, statement] of Object.entries(statementMap)) if (isExecuted(statement, places)) s[id]! += 1
  }
}

/** A script of the bundle with its map; none for what is not bundled. */
function scriptAt(url: string): Script | undefined {
  const path = join(dist, new URL(url).pathname.replace('/customer/', ''))
  if (!existsSync(`${path}.map`)) return undefined
  return { text: readFileSync(path, 'utf8'), map: new TraceMap(readFileSync(`${path}.map`, 'utf8'), `${path}.map`) }
}
