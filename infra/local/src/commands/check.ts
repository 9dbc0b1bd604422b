import { command, runTiers, type Tier, vitest } from './tier.ts'

/** What needs no server: format and lint, types, architecture, unit tests and contracts. */
export const quickTiers: readonly Tier[] = [
  { name: 'format and lint', run: command('biome', 'check', '--error-on-warnings', '.') },
  { name: 'types', run: command('tsc', '-p', 'tsconfig.json') },
  { name: 'types of the portal', run: command('tsc', '-p', 'services/portal/tsconfig.json') },
  { name: 'architecture', run: vitest(['architecture']) },
  { name: 'unit', run: vitest(['unit']) },
]

/** `check`: what a person runs before every commit, in under a minute. */
export const run = (): Promise<number> => runTiers(quickTiers)
