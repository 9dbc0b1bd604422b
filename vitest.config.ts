import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const tier = (name: string, include: string[], more: Record<string, unknown> = {}) => ({
  test: { name, include, exclude: ['**/node_modules/**', '**/dist/**'], environment: 'node' as const, ...more },
})
const isFull = process.env.TEST_SCALE === 'full'
const contracts = 'packages/contracts/test/**/*.test.ts'

/** Tiers in which each file has a platform of its own. */
const platforms = { globalSetup: ['tests/system/bundles.ts'], testTimeout: 300_000, hookTimeout: 300_000 }

/** Files that take twenty seconds and more. */
const long = [
  'infra/local/test/demo',
  'infra/local/test/start',
  'packages/bus/test/outage',
  'packages/bus/test/relay',
  'packages/bus/test/rollback',
  'packages/bus/test/streams',
  'services/compute/test/faults',
  'services/compute/test/lifecycle',
  'services/solar/test/power',
  'services/solar/test/simulated',
  'tests/system/sunrise-to-invoice',
]

/** Long files first, so that no worker is left alone with one; vitest by itself begins with the largest. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification) => long.some(name => moduleId.endsWith(`/${name}.test.ts`))
    return [...sorted.filter(isLong), ...sorted.filter(file => !isLong(file))]
  }
}

// Tests of one tier: `vitest run --project unit`. Only the service tier has the shared PostgreSQL.
export default defineConfig({
  test: {
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
    // The limits are in infra/local/src/limits; `npm test` holds its tiers together against them.
    coverage: {
      include: ['services/*/src/**/*.{ts,tsx}'],
      exclude: [
        '**/*.test.{ts,tsx}',
        // Generated from the migrated schema and from OpenAPI: types, and nothing that runs.
        'services/*/src/tables.ts',
        'services/portal/src/client/**',
        // Entries of processes and of worker threads, run where this process cannot count: main.ts by the system tier,
        // worker.ts by the service tier's documents and passwords.
        'services/*/src/main.ts',
        'services/*/src/**/worker.ts',
      ],
      reporter: ['text', 'json'],
    },
    projects: [
      tier('unit', ['{packages,services,infra}/*/src/**/*.test.{ts,tsx}', contracts], {
        setupFiles: ['packages/testing/src/scale.ts'],
        testTimeout: isFull ? 600_000 : 15_000,
      }),
      tier('service', ['{packages,services,infra}/*/test/**/*.test.ts'], {
        exclude: ['**/node_modules/**', '**/dist/**', contracts],
        globalSetup: ['packages/testing/src/global-setup.ts'],
        testTimeout: 30_000,
        hookTimeout: 60_000,
      }),
      tier('architecture', ['tests/architecture/**/*.test.ts'], { testTimeout: 60_000 }),
      tier('system', ['tests/system/**/*.test.ts'], platforms),
      // One platform at a time: Chromium drops its connections whenever a VM's network comes or goes on the machine.
      tier('browser', ['tests/browser/**/*.test.ts'], { ...platforms, fileParallelism: false }),
      tier('compose', ['tests/compose/**/*.test.ts'], {
        testTimeout: 600_000,
        hookTimeout: 600_000,
        fileParallelism: false,
      }),
      tier('chaos', ['tests/chaos/**/*.test.ts'], {
        testTimeout: 600_000,
        hookTimeout: 300_000,
        fileParallelism: false,
      }),
    ],
  },
})
