import { testTiers } from './test.ts'
import { runTiers, vitest } from './tier.ts'

/** `test:full`: also the whole matrices, the hundred seeds and the faults. */
export async function run(): Promise<number> {
  process.env.TEST_SCALE = 'full'
  return runTiers([...testTiers, { name: 'chaos', run: vitest(['chaos']) }])
}
