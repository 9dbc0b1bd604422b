import { quickTiers } from './check.ts'
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

export const testTiers: readonly Tier[] = [
  ...quickTiers,
  generated,
  { name: 'service', run: vitest(['service']) },
  { name: 'system', run: vitest(['system']) },
  { name: 'browser', run: vitest(['browser']) },
]

/** `test`: everything that must be green before a change is called done, under a quarter of an hour on two cores. */
export const run = (): Promise<number> => runTiers(testTiers)
