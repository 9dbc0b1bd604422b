import { quickTiers } from './check.ts'
import { runTiers, type Tier, vitest } from './tier.ts'

export const testTiers: readonly Tier[] = [
  ...quickTiers,
  { name: 'service', run: vitest(['service']) },
  { name: 'system', run: vitest(['system']) },
  { name: 'browser', run: vitest(['browser']) },
]

/** `test`: everything that must be green before a change is called done, under a quarter of an hour on two cores. */
export const run = (): Promise<number> => runTiers(testTiers)
