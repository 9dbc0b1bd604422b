import { command, runTiers, type Tier, vitest } from './tier.ts'

/** What looks at the tree without executing it: format and lint, types, architecture. */
export const treeTiers: readonly Tier[] = [
  { name: 'format and lint', run: command('biome', 'check', '--error-on-warnings', '.') },
  { name: 'types', run: command('tsc', '-p', 'tsconfig.json') },
  { name: 'types of the portal', run: command('tsc', '-p', 'services/portal/tsconfig.json') },
  { name: 'architecture', run: vitest(['architecture']) },
]

/** `check`: what a person runs before every commit, in under a minute. */
export const run = (): Promise<number> => runTiers([...treeTiers, { name: 'unit', run: vitest(['unit']) }])
