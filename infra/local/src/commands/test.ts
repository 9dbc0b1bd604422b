import { rmSync } from 'node:fs'
import { judge, tableOf } from '../limits/limits.ts'
import { folderOf, type MeasuredTier, measured } from '../limits/measured.ts'
import { treeTiers } from './check.ts'
import { stale } from './gen.ts'
import { runTiers, type Tier, vitest } from './tier.ts'

const generated: Tier = {
  name: 'generated files',
  run: async () => {
    const old = await stale()
    for (const file of old) console.log(`${file} is not what would be generated: npm run gen`)
    return { passed: old.length === 0 ? 1 : 0, failed: old.length }
  },
}

/** A tier that leaves which lines of the services it executed. */
const measuring = (name: MeasuredTier): Tier => {
  const options = ['--coverage', '--coverage.reporter=json', `--coverage.reportsDirectory=${folderOf(name)}`]
  return { name, run: vitest([name], ...options) }
}

const browser: Tier = {
  name: 'browser',
  run: () => {
    rmSync(folderOf('browser'), { recursive: true, force: true })
    return vitest(['browser'])()
  },
}

/** Holds what the tiers before executed together against the limits. */
const coverage: Tier = {
  name: 'coverage',
  run: async () => {
    const verdicts = judge(measured())
    console.log(tableOf(verdicts))
    const met = verdicts.filter(verdict => verdict.met).length
    return { passed: met, failed: verdicts.length - met }
  },
}

export const testTiers: readonly Tier[] = [
  ...treeTiers,
  measuring('unit'),
  generated,
  measuring('service'),
  { name: 'system', run: vitest(['system']) },
  browser,
  coverage,
]

/** `test`: everything that must be green before a change is called done, under a quarter of an hour on two cores. */
export const run = (): Promise<number> => runTiers(testTiers)
